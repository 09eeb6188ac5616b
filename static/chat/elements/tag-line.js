// The tags of the open conversation, under its title: each leads to the others that have it.
import { message } from "../messages.js";
import { clone, setText } from "./dom.js";

export class TagLine {
  /** @param {HTMLElement} node @param {(tag: {id: string, name: string}) => void} chosen */
  constructor(node, chosen) {
    Object.assign(this, { node, chosen });
  }

  /** @param {{tags?: {id: string, name: string}[]} | null} summary of the open one */
  show(summary) {
    const tags = summary?.tags ?? [];
    this.node.hidden = tags.length === 0;
    const shown = JSON.stringify(tags);
    if (shown === this.shown) return; // what has the focus stays
    this.shown = shown;
    this.node.replaceChildren(...tags.map((tag) => this.#link(tag)));
  }

  #link(tag) {
    const node = clone("tag-link");
    const button = node.querySelector("button");
    setText(button, tag.name);
    button.title = message("searchTag", { name: tag.name });
    button.addEventListener("click", () => this.chosen(tag));
    return node;
  }
}
