// Which of the listed conversations are chosen, to do one thing to all of them.

export const MOST = 300; // that the server changes at once

export class Selection {
  constructor() {
    this.ids = /** @type {Set<string>} */ (new Set());
    this.last = null; // where a range begins
  }

  get size() {
    return this.ids.size;
  }

  /** @param {string} id @returns {boolean} */
  has(id) {
    return this.ids.has(id);
  }

  /**
   * Chooses one or no longer; with `range` all from the last one to this one.
   * @param {string} id @param {boolean} wanted @param {string[]} shown in their order
   * @param {boolean} range
   */
  set(id, wanted, shown, range) {
    const [from, to] = [shown.indexOf(this.last), shown.indexOf(id)];
    const between =
      range && from >= 0 && to >= 0
        ? shown.slice(Math.min(from, to), Math.max(from, to) + 1)
        : [id];
    for (const each of between) {
      if (!wanted) this.ids.delete(each);
      else if (this.size < MOST) this.ids.add(each);
    }
    this.last = id;
  }

  /** @param {string[]} shown */
  all(shown) {
    this.ids = new Set(shown.slice(0, MOST));
  }

  /** Only what is still there can stay chosen. @param {string[]} shown */
  keep(shown) {
    this.ids = new Set(shown.filter((id) => this.ids.has(id)));
  }

  clear() {
    this.ids.clear();
    this.last = null;
  }
}
