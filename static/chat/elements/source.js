// The line above the copy of a shared conversation that says whose that was, and leads to the link.
import { sharedAddress } from "../models/addresses.js";
import { message } from "../messages.js";
import { dayOf } from "./days.js";

export class Source {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
  }

  /** @param {{name: string, at: string, token: string | null} | null} source no token: no link */
  show(source) {
    this.node.hidden = !source;
    this.node.replaceChildren();
    if (!source) return;
    const words = wordsOf(source);
    if (!source.token) return this.node.append(words);
    const link = document.createElement("a");
    link.href = sharedAddress(source.token);
    link.textContent = words;
    this.node.append(link);
  }
}

function wordsOf({ name, at }) {
  const date = dayOf(at);
  return name ? message("copiedOf", { name, date }) : message("copiedOn", { date });
}
