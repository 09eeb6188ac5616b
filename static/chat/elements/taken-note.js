// The line below the files of a message that says what a chosen model makes of them.
import { message } from "../messages.js";
import { notTaken } from "../models/taken.js";
import { announceAtRest } from "./announcer.js";
import { setText } from "./dom.js";

export class TakenNote {
  /**
   * @param {HTMLElement} node
   * @param {() => string[]} names of the files
   * @param {() => object[]} models that will be asked
   */
  constructor(node, names, models) {
    Object.assign(this, { node, names, models });
  }

  show() {
    const found = notTaken(this.names(), this.models());
    const words = new Intl.ListFormat(document.documentElement.lang);
    const said = found.map(({ name, models }) => message(name, { models: words.format(models) }));
    this.node.hidden = said.length === 0;
    const text = said.join(" ");
    if (text !== this.node.textContent) announceAtRest(text);
    setText(this.node, text);
  }
}
