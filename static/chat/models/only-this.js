// Whether no other model may answer where the chosen one can't: asked only where one would.
import { Store } from "./store.js";

export class OnlyThis {
  /**
   * @param {{id: string, is_stood_in_for?: boolean}[]} models
   * @param {Storage | null} storage @param {string | number} user whose choice it is
   */
  constructor(models, storage, user) {
    this.models = new Map(models.map((model) => [model.id, model]));
    this.store = new Store(storage, "only-this:");
    this.user = String(user);
  }

  /** @param {string | null} model @returns {boolean} */
  isOffered(model) {
    return this.models.get(model)?.is_stood_in_for === true;
  }

  get isOn() {
    return this.store.get(this.user) === "yes";
  }

  toggle() {
    if (this.isOn) this.store.remove(this.user);
    else this.store.set(this.user, "yes");
  }

  /** @param {string | null} model @returns {{only_this?: true}} of a message to it */
  options(model) {
    return this.isOn && this.isOffered(model) ? { only_this: true } : {};
  }
}
