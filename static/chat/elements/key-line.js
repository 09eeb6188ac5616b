// The key through which a script began the open conversation, under its title: it leads to all that
// was begun through it.
import { message } from "../messages.js";
import { part, setText } from "./dom.js";

export class KeyLine {
  /** @param {HTMLElement} node @param {(name: string) => void} chosen */
  constructor(node, chosen) {
    this.node = node;
    this.name = "";
    node.addEventListener("click", () => chosen(this.name));
  }

  /** @param {{key_name?: string} | null} summary of the open one */
  show(summary) {
    this.name = summary?.key_name ?? "";
    this.node.hidden = !this.name;
    if (!this.name) return;
    this.node.title = message("throughKey", { name: this.name });
    setText(part(this.node, "api"), "API");
    setText(part(this.node, "name"), this.name);
  }
}
