// Which models are asked at once: none, or two to four that are offered. Each conversation has its
// choice, which is kept over a reload, as its draft is.
import { Store } from "./store.js";

export const FEWEST = 2;
export const MOST = 4;

export class Several {
  /**
   * @param {{id: string, label: string}[]} models that are offered
   * @param {Storage | null} storage
   * @param {string | number} user whose choice it is
   */
  constructor(models, storage = null, user = "") {
    this.models = models;
    this.store = new Store(storage, `several:${user}:`);
    this.conversation = /** @type {string | null} */ (null);
    this.ids = this.#kept();
  }

  /** @param {string | null} conversation the one that is open now */
  open(conversation) {
    this.conversation = conversation;
    this.ids = this.#kept();
  }

  /** The conversation that was new has this id now. @param {string} id */
  adopt(id) {
    const { ids } = this;
    this.choose([]);
    this.conversation = id;
    this.choose(ids);
  }

  /** @param {string[]} ids in whatever order; fewer than two are none */
  choose(ids) {
    this.ids = this.#offered(ids);
    const name = this.conversation ?? "";
    if (this.ids.length) this.store.set(name, JSON.stringify(this.ids));
    else this.store.remove(name);
  }

  #offered(ids) {
    const known = this.models.map(({ id }) => id).filter((id) => ids.includes(id));
    return known.length >= FEWEST ? known.slice(0, MOST) : [];
  }

  #kept() {
    try {
      const ids = JSON.parse(this.store.get(this.conversation ?? "") ?? "[]");
      return Array.isArray(ids) ? this.#offered(ids) : [];
    } catch {
      return []; // anything may have written there
    }
  }

  /** @param {string} id @returns {string} */
  labelOf(id) {
    return this.models.find((model) => model.id === id)?.label ?? "";
  }

  /** @returns {{model?: undefined, models?: string[]}} what a question says of whom it asks */
  options() {
    return this.ids.length ? { model: undefined, models: this.ids } : {};
  }
}
