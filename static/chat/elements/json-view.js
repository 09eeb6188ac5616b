// JSON as a tree that opens and closes, with the source one click away; while it comes, as code.
import { message } from "../messages.js";
import { codeBlock, colour } from "../render/decorate.js";
import { copy } from "./clipboard.js";
import { clone, onAction, part } from "./dom.js";
import { JsonTree } from "./json-tree.js";

export class JsonView {
  constructor() {
    this.node = clone("json-view");
    this.showsSource = false;
    onAction(this.node, "source", () => this.#toggle());
    onAction(this.node, "copy", (event) => copy(event.currentTarget, this.pretty));
  }

  /** @param {string} text @param {object} [value] what all of it says, once it is whole */
  update(text, value) {
    if (this.text === text && this.whole === (value !== undefined)) return;
    this.text = text;
    this.whole = value !== undefined;
    this.value = value;
    this.pretty = this.whole ? JSON.stringify(value, null, 2) : text;
    part(this.node, "head").hidden = !this.whole;
    this.#draw();
  }

  #toggle() {
    this.showsSource = !this.showsSource;
    this.#draw();
  }

  #draw() {
    const asTree = this.whole && !this.showsSource;
    const button = part(this.node, "source");
    button.setAttribute("aria-pressed", String(this.showsSource));
    button.textContent = message(this.showsSource ? "jsonTree" : "jsonSource");
    part(this.node, "body").replaceChildren(asTree ? new JsonTree(this.value).node : this.#source());
  }

  #source() {
    const block = codeBlock(this.pretty, "json");
    if (this.whole) colour(block);
    return block;
  }
}
