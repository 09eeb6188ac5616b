// The unsent text of each conversation, kept over navigation and reload.

const PREFIX = "draft:";

export class Drafts {
  /** @param {Storage | null} storage null where the browser forbids one: drafts then last a page */
  constructor(storage) {
    this.storage = storage;
    this.memory = new Map();
  }

  /** @param {string | null} conversation null for the one not begun yet @returns {string} */
  get(conversation) {
    const key = PREFIX + (conversation ?? "");
    if (this.memory.has(key)) return this.memory.get(key);
    return this.#attempt((storage) => storage.getItem(key)) ?? "";
  }

  /** @param {string | null} conversation @param {string} text */
  set(conversation, text) {
    const key = PREFIX + (conversation ?? "");
    this.memory.set(key, text);
    this.#attempt((storage) => (text ? storage.setItem(key, text) : storage.removeItem(key)));
  }

  /** Storage may be full or forbidden at any moment; the copy in memory still holds. */
  #attempt(use) {
    try {
      return this.storage ? use(this.storage) : null;
    } catch {
      return null;
    }
  }
}
