// The switch in the sidebar for what scripts began, which may be much: listed, or hidden.
import { part } from "./dom.js";

export class Scripts {
  /**
   * @param {HTMLElement} line where the switch is, once there is anything that it is about
   * @param {object} given
   * @param {import("./sidebar.js").Sidebar} given.sidebar
   * @param {string[]} given.names of the keys through which conversations were begun
   * @param {boolean} given.hidden
   * @param {(hidden: boolean) => Promise<void>} given.keep has the server remember it
   * @param {(act: () => Promise<void>) => Promise<void>} given.attempt
   */
  constructor(line, { sidebar, names, hidden, keep, attempt }) {
    Object.assign(this, { line, sidebar, keep, attempt });
    this.names = new Set(names);
    this.sidebar.history.hidesScripts = hidden;
    this.button = part(line, "switch");
    this.button.addEventListener("click", () => this.#turn());
    this.#show();
  }

  /** There is a conversation that was begun through this key. @param {string} [name] "" for none */
  saw(name) {
    if (!name || this.names.has(name)) return;
    this.names.add(name);
    this.#show();
  }

  /** The person has chosen it, here or elsewhere. @param {boolean} hidden */
  async set(hidden) {
    const { history } = this.sidebar;
    if (history.hidesScripts === hidden) return;
    history.hidesScripts = hidden;
    this.#show();
    await this.sidebar.restart();
  }

  #turn() {
    const hidden = !this.sidebar.history.hidesScripts;
    return this.attempt(async () => {
      await this.keep(hidden);
      await this.set(hidden);
    });
  }

  #show() {
    this.line.hidden = this.names.size === 0;
    this.button.setAttribute("aria-checked", String(!this.sidebar.history.hidesScripts));
  }
}
