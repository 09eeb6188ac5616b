// A quiet word that the connection is being made again, but only when it takes a while.
import { announce } from "./announcer.js";

const PATIENCE = 2000;

export class ConnectionView {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.timer = null;
  }

  /** @param {boolean} connected */
  show(connected) {
    if (connected) {
      clearTimeout(this.timer);
      this.timer = null;
      this.node.hidden = true;
    } else {
      this.timer ??= setTimeout(() => this.#say(), PATIENCE);
    }
  }

  #say() {
    this.node.hidden = false;
    announce(this.node.textContent);
  }
}
