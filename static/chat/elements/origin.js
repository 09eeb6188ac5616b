// The line above a fork that leads back to where it came from.
import { addressOf } from "../models/addresses.js";
import { message } from "../messages.js";
import { part } from "./dom.js";

export class Origin {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
  }

  /** @param {{conversation_id: string, response_id: string, title: string} | null} origin */
  show(origin) {
    this.node.hidden = !origin;
    if (!origin) return;
    const link = /** @type {HTMLAnchorElement} */ (part(this.node, "link"));
    link.href = addressOf(origin.conversation_id, origin.response_id);
    link.textContent = origin.title || message("untitled");
  }
}
