// Notices of the browser's own when an answer is ready: only for those who asked for them.
import { Store } from "./store.js";

const ON = "on";

export class Notifications {
  /**
   * @param {Storage | null} storage where the choice is kept
   * @param {string | number} user whose choice it is
   * @param {typeof Notification | undefined} api the browser's, where it has one
   */
  constructor(storage, user, api) {
    this.store = new Store(storage, "notify:");
    this.user = String(user);
    this.api = api;
  }

  get isSupported() {
    return this.api !== undefined;
  }

  /** Asked for, and allowed still. */
  get isOn() {
    return this.api?.permission === "granted" && this.store.latest(this.user) === ON;
  }

  /** Call it on a click: browsers ask for permission only then. @returns {Promise<"on" | "off" | "blocked">} */
  async toggle() {
    if (this.isOn) return this.#off();
    const permission = await this.api.requestPermission();
    if (permission !== "granted") return "blocked";
    this.store.set(this.user, ON);
    return "on";
  }

  /**
   * @param {{title: string, body: string, tag: string}} words one with the same tag replaces the other
   * @param {() => void} clicked
   */
  show({ title, body, tag }, clicked) {
    if (!this.isOn) return;
    const notice = this.#make(title, { body, tag });
    if (!notice) return;
    notice.onclick = () => {
      notice.close();
      clicked();
    };
  }

  /** Some browsers of phones have the permission, but no notices of pages. */
  #make(title, options) {
    try {
      return new this.api(title, { ...options, silent: true });
    } catch {
      this.#off();
      return null;
    }
  }

  #off() {
    this.store.remove(this.user);
    return "off";
  }
}
