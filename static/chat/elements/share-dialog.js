// Making, copying and revoking links to a conversation.
import { message } from "../messages.js";
import { factsOf, wantedIn } from "../models/shares.js";
import { announce } from "./announcer.js";
import { copy } from "./clipboard.js";
import { dayOf } from "./days.js";
import { clone, onAction, part, setText } from "./dom.js";

export class ShareDialog {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("../api.js").Api} api
   * @param {(error: Error) => void} failed
   */
  constructor(dialog, api, failed) {
    Object.assign(this, { dialog, api, failed });
    this.form = /** @type {HTMLFormElement} */ (part(dialog, "form"));
    this.upTo = part(dialog, "branch-label");
    this.branchWords = this.upTo.textContent;
    this.form.addEventListener("submit", (event) => this.#submit(event));
    onAction(dialog, "close", () => dialog.close());
  }

  /** @param {string} conversation @param {string | null} [response] share the branch up to this one */
  async show(conversation, response = null) {
    Object.assign(this, { conversation, response });
    this.form.reset();
    this.#say(null);
    setText(this.upTo, response ? message("shareUpTo") : this.branchWords);
    this.#list([]);
    if (!this.dialog.open) this.dialog.showModal();
    try {
      const { shares } = await this.api.shares(conversation);
      if (this.conversation === conversation) this.#list(shares);
    } catch (error) {
      this.dialog.close();
      this.failed(error);
    }
  }

  async #submit(event) {
    event.preventDefault();
    const make = /** @type {HTMLButtonElement} */ (part(this.form, "make"));
    const wanted = wantedIn(new FormData(this.form), this.response);
    make.disabled = true;
    try {
      const share = await this.api.share(this.conversation, wanted);
      this.#say(null);
      this.#put(share);
      announce(message("shareMade"));
    } catch (error) {
      make.disabled = false;
      this.#refuse(error.status === 409 ? "shareNothing" : "notDone", make);
    }
    make.disabled = false;
  }

  /** What was not done is said at the button that does it. */
  #refuse(name, button = null) {
    this.#say(name);
    announce(message(name));
    button?.focus();
  }

  #say(name) {
    const line = part(this.dialog, "error");
    line.hidden = !name;
    setText(line, name ? message(name) : "");
  }

  #list(shares) {
    part(this.dialog, "list").replaceChildren(...shares.map((share) => this.#link(share)));
    this.#showList();
  }

  #put(share) {
    const link = this.#link(share);
    part(this.dialog, "list").prepend(link);
    this.#showList();
    /** @type {HTMLElement} */ (link.querySelector('[data-action="copy"]')).focus();
  }

  #showList() {
    part(this.dialog, "links").hidden = !part(this.dialog, "list").childElementCount;
  }

  #link(share) {
    const node = clone("share-link");
    const url = /** @type {HTMLInputElement} */ (part(node, "url"));
    url.value = share.url;
    url.addEventListener("focus", () => url.select());
    const facts = factsOf(share, dayOf);
    setText(part(node, "facts"), facts.map(([name, values]) => message(name, values)).join(" · "));
    onAction(node, "copy", (event) => copyLink(event.currentTarget, share.url));
    onAction(node, "revoke", () => this.#revoke(share, node));
    return node;
  }

  async #revoke(share, node) {
    try {
      await this.api.revokeShare(share.id);
    } catch {
      return this.#refuse("notDone");
    }
    node.remove();
    this.#showList();
    announce(message("shareRevoked"));
    /** @type {HTMLElement} */ (part(this.form, "make")).focus();
  }
}

/** The button itself says that it worked: its words are all that it has. */
async function copyLink(button, url) {
  await copy(button, url);
  const words = button.textContent;
  button.textContent = message(button.dataset.state);
  setTimeout(() => (button.textContent = words), 1200);
}
