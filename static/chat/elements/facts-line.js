// The quiet line of facts below an answer; opened, it tells all of them, and how it was asked for.
import { part, setText } from "./dom.js";
import { factsOf, linesOf } from "./facts.js";

export class FactsLine {
  #told = { response: {}, models: /** @type {{id: string, label: string}[]} */ ([]) };

  /** @param {HTMLDetailsElement} node */
  constructor(node) {
    this.node = node;
    node.addEventListener("toggle", () => this.#tell());
  }

  /** @param {object} response @param {{id: string, label: string}[]} models @param {boolean} running */
  update(response, models, running) {
    this.#told = { response, models };
    this.node.hidden = running;
    setText(part(this.node, "facts-line"), running ? "" : factsOf(response, models));
    this.#tell();
  }

  #tell() {
    if (!this.node.open) return;
    setText(part(this.node, "facts-all"), linesOf(this.#told.response, this.#told.models));
  }
}
