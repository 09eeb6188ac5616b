// Deleting conversations: they go from the page at once, and from the server for good a little
// later; until then they can be taken back, whichever page is closed meanwhile.
import { announce } from "./elements/announcer.js";
import { message } from "./messages.js";

/**
 * @typedef {object} Deleted
 * @property {string} id
 * @property {boolean} open whether the page showed it
 * @property {string} text the draft it had
 * @property {import("./models/files.js").FilePart[]} files of the draft
 * @property {object | undefined} summary its line in the sidebar
 */

export class Deleting {
  /**
   * @param {object} parts
   * @param {import("./api.js").Api} parts.api
   * @param {import("./place.js").Place} parts.place
   * @param {() => import("./session.js").Session} parts.session
   * @param {() => import("./summaries.js").Summaries} parts.summaries
   * @param {import("./elements/sidebar.js").Sidebar} parts.sidebar
   * @param {import("./models/drafts.js").Drafts} parts.drafts
   * @param {import("./elements/notice.js").Notice} parts.notice
   * @param {() => import("./elements/undo-toast.js").UndoToast} parts.toast
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** @param {string[]} ids */
  async remove(ids) {
    if (!ids.length) return;
    // Who came by keyboard is led to what can be done now: the row that had the focus is gone.
    const byKeyboard = document.activeElement?.matches(":focus-visible") ?? false;
    const gone = ids.map((id) => this.#known(id));
    ids.forEach((id) => this.place.deleted(id));
    try {
      if (ids.length === 1) await this.api.remove(ids[0]);
      else await this.api.organise(ids, { deleted: true });
    } catch (error) {
      if (error.status !== 404) this.#bringBack(gone, gone.map(({ summary }) => summary));
      throw error;
    }
    this.toast().show(gone, sentence, byKeyboard);
  }

  /** @param {Deleted[]} gone */
  async undo(gone) {
    try {
      const ids = gone.map(({ id }) => id);
      const { conversations } = await this.api.organise(ids, { deleted: false });
      this.#bringBack(gone, conversations);
      announce(message("takenBack"));
    } catch (error) {
      if (error.status === 404) return this.notice.show(message("goneForGood"));
      this.toast().show(gone, sentence, false);
      throw error;
    }
  }

  /** @returns {Deleted} */
  #known(id) {
    return {
      id,
      open: id === this.session().conversation.id,
      text: this.drafts.get(id),
      files: this.drafts.files(id),
      summary: this.sidebar.history.get(id),
    };
  }

  #bringBack(gone, summaries) {
    for (const { id, text, files } of gone) this.drafts.giveBack(id, text, files);
    for (const summary of summaries) if (summary) this.summaries().put(summary);
    this.sidebar.draw(); // at once, even under the pointer: it is what the person did
    const open = gone.find((one) => one.open);
    if (open && this.session().conversation.id === null) this.place.go(open.id);
  }
}

const sentence = (count) =>
  count === 1 ? message("deleted") : message("manyDeleted", { count });
