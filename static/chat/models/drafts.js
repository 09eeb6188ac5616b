// The unsent text of each conversation, kept over navigation, reload and sign-in. Each person has
// their own, because one browser may be several people's.
import { Store } from "./store.js";

export class Drafts {
  /** @param {Storage | null} storage @param {string | number} user whose drafts they are */
  constructor(storage, user) {
    this.store = new Store(storage, `draft:${user}:`);
  }

  /** @param {string | null} conversation null for the one not begun yet @returns {string} */
  get(conversation) {
    return this.store.get(conversation ?? "") ?? "";
  }

  /** @param {string | null} conversation @param {string} text */
  set(conversation, text) {
    if (text) this.store.set(conversation ?? "", text);
    else this.store.remove(conversation ?? "");
  }

  /** Gives back a text that could not be sent, before what was typed since. */
  giveBack(conversation, text) {
    const typed = this.get(conversation);
    this.set(conversation, typed.trim() ? `${text}\n\n${typed}` : text);
  }
}
