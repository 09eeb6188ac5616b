// What a person does with branches: links to one, names it, pins it, takes it to a conversation of
// its own, deletes it.
import { announce } from "./elements/announcer.js";
import { askForName, askToDeleteBranch } from "./elements/branch-dialogs.js";
import { copy } from "./elements/clipboard.js";
import { message } from "./messages.js";
import { addressOf } from "./models/addresses.js";
import { questionText } from "./models/items.js";

const NOT_FOUND = 404;

/** @typedef {{name: string, pinned: boolean}} Mark what is said of a branch */

export class Branching {
  /**
   * @param {object} parts
   * @param {import("./api.js").Api} parts.api
   * @param {() => import("./session.js").Session} parts.session
   * @param {import("./place.js").Place} parts.place
   * @param {import("./elements/origin.js").Origin} parts.origin
   * @param {import("./elements/source.js").Source} parts.source
   * @param {() => import("./comparing.js").Comparing} parts.comparing
   * @param {(model: string) => void} parts.kept an answer of this model is gone on with
   * @param {() => import("./elements/share-dialog.js").ShareDialog} parts.sharing
   * @param {() => import("./deleting.js").Deleting} parts.deleting
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  get #conversation() {
    return this.session().conversation;
  }

  /** A conversation is shown. */
  opened() {
    this.origin.show(this.#conversation.forkedFrom);
    this.source.show(this.#conversation.copiedFrom);
  }

  /** @param {string} id @returns {Mark} */
  of(id) {
    return this.#conversation.marks.get(id) ?? { name: "", pinned: false };
  }

  /** @param {string} id @param {HTMLElement} button says that it worked */
  copyLink(id, button) {
    copy(button, new URL(addressOf(this.#conversation.id, id), location.href).href);
  }

  /** Opens the dialog that makes a link for others. @param {string} id the end of what it shows */
  share(id) {
    this.sharing().show(this.#conversation.id, id);
  }

  /** Begins a conversation that is as this one was up to there. @param {string} id */
  fork(id) {
    return this.attempt(async () => {
      const summary = await this.api.fork(this.#conversation.id, id);
      this.place.summaries().put(summary);
      this.place.go(summary.id);
      announce(message("forked"));
    });
  }

  /** Of answers side by side goes on with this one. @param {string} id */
  keep(id) {
    const { id: conversation } = this.#conversation;
    const { model_id: model } = this.#conversation.response(id);
    return this.attempt(async () => {
      await this.api.keepAnswer(conversation, id);
      // The server shows it from now on, wherever the person has gone meanwhile.
      if (conversation === this.#conversation.id) {
        this.kept(model);
        await this.session().select(id);
      }
      announce(message("kept"));
    });
  }

  /** @param {string} id */
  async name(id) {
    const name = await askForName(this.of(id).name);
    if (name !== null && name !== this.of(id).name) await this.#mark(id, { name });
  }

  /** Pins it, or takes the pin away. @param {string} id */
  async pin(id) {
    const pinned = !this.of(id).pinned;
    await this.#mark(id, { pinned });
    announce(message(pinned ? "branchPinned" : "branchUnpinned"));
  }

  /** @param {string} id */
  compare(id) {
    this.comparing().show(id);
  }

  /** @param {string} id @returns {boolean} */
  isCompared(id) {
    return this.comparing().isOffered(id);
  }

  /**
   * Deletes it: asks before, unless it is the whole conversation, which can be taken back.
   * @param {string} id
   * @param {string} [question] that it begins with
   */
  async remove(id, question = questionText(this.#conversation.response(id).input)) {
    const { id: conversation } = this.#conversation;
    await this.attempt(async () => {
      const extent = await this.api.branch(conversation, id);
      if (extent.whole) return this.deleting().remove([conversation]);
      if (!(await askToDeleteBranch(question, extent))) return;
      await this.api.removeBranch(conversation, id);
      announce(message("branchDeleted"));
      await this.session().reload();
    });
  }

  /** Does something about a message, which may be gone by now. @param {() => Promise<void>} act */
  attempt(act) {
    return this.place.attempt(async () => {
      try {
        await act();
      } catch (error) {
        if (error.status !== NOT_FOUND) throw error;
        await this.session().reload(); // unless all of the conversation is gone
        this.place.notice.show(message("messageGone"));
      }
    });
  }

  #mark(id, change) {
    return this.attempt(async () => {
      await this.api.mark(this.#conversation.id, id, change);
      await this.session().reload();
    });
  }
}
