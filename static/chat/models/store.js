// Small texts in the browser's storage, under one prefix. Storage may be full or forbidden at any
// moment: what is kept then lasts as long as the page.

export class Store {
  /** @param {Storage | null} storage null where the browser forbids one @param {string} prefix */
  constructor(storage, prefix) {
    this.storage = storage;
    this.prefix = prefix;
    this.memory = new Map();
  }

  /** @param {string} name @returns {string | null} */
  get(name) {
    if (this.memory.has(name)) return this.memory.get(name);
    return this.#attempt((storage) => storage.getItem(this.prefix + name)) ?? null;
  }

  /** What any page of this browser wrote last. @param {string} name @returns {string | null} */
  latest(name) {
    const stored = this.#attempt((storage) => storage.getItem(this.prefix + name));
    return stored ?? this.memory.get(name) ?? null;
  }

  /** @param {string} name @param {string} text @returns {boolean} whether it outlives the page */
  set(name, text) {
    this.memory.set(name, text);
    return this.#attempt((storage) => (storage.setItem(this.prefix + name, text), true)) ?? false;
  }

  /** @param {string} name */
  remove(name) {
    this.memory.set(name, null);
    this.#attempt((storage) => storage.removeItem(this.prefix + name));
  }

  /** @returns {string[]} what the storage holds, from this page or others */
  names() {
    const keys = this.#attempt((storage) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index)),
    );
    return (keys ?? [])
      .filter((key) => key?.startsWith(this.prefix))
      .map((key) => key.slice(this.prefix.length));
  }

  #attempt(use) {
    try {
      return this.storage ? use(this.storage) : null;
    } catch {
      return null; // the copy in memory still holds
    }
  }
}
