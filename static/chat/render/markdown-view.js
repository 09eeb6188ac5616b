// Shows one growing Markdown text. Only blocks that changed are drawn again, so the finished part
// of an answer is never touched while the rest streams in, and a selection in it survives.
import { BlockStream } from "../models/blocks.js";
import { createMarkdown } from "../models/markdown.js";
import { colour, decorate, drawDiagrams } from "./decorate.js";
import { sanitise } from "./sanitise.js";

/** Beyond this many characters a text is shown as it is: no page should stall on an answer. */
const LONGEST = 200_000;

const markdown = createMarkdown();

/** @typedef {{block: import("../models/blocks.js").Block, node: Element, settled: boolean}} Drawn */

export class MarkdownView {
  /** @param {HTMLElement} root empty; belongs to this view from now on */
  constructor(root) {
    this.root = root;
    this.stream = new BlockStream(markdown);
    this.drawn = /** @type {Drawn[]} */ ([]);
    this.raw = null;
    this.text = null;
    this.final = false;
  }

  /**
   * @param {string} text all of it so far
   * @param {boolean} final nothing more will come
   * @param {boolean} [cut] it was broken off
   */
  update(text, final, cut = false) {
    if (text === this.text && final === this.final) return;
    this.text = text;
    this.final = final;
    if (text.length > LONGEST) this.#showRaw(text);
    else this.#showBlocks(text, final, cut);
  }

  #showRaw(text) {
    if (!this.raw) {
      this.raw = document.createElement("pre");
      this.raw.className = "raw";
      this.root.replaceChildren(this.raw);
    }
    const shown = this.raw.firstChild;
    if (shown && text.startsWith(shown.data)) shown.appendData(text.slice(shown.data.length));
    else this.raw.textContent = text;
  }

  #showBlocks(text, final, cut) {
    if (this.raw) this.root.replaceChildren();
    this.raw = null;
    const { from, blocks } = this.stream.update(text, final, cut);
    const last = from + blocks.length - 1;
    blocks.forEach((block, index) => this.#draw(from + index, block, final || from + index < last));
    for (const { node } of this.drawn.splice(last + 1)) node.remove();
  }

  #draw(at, block, settled) {
    const before = this.drawn[at];
    if (before?.block.html === block.html) this.#settle(before, settled);
    else if (before && growsOpenFence(before, block)) this.#grow(before, block, settled);
    else this.#replace(at, block, settled);
  }

  #settle(drawn, settled) {
    if (settled && !drawn.settled) finish(drawn.node, drawn.block);
    drawn.settled ||= settled;
  }

  #grow(drawn, block, settled) {
    const code = drawn.node.querySelector("code");
    code.append(block.fence.content.slice(drawn.block.fence.content.length));
    code.normalize();
    drawn.block = block;
    this.#settle(drawn, settled);
  }

  #replace(at, block, settled) {
    const fragment = sanitise(block.html);
    decorate(fragment);
    const node = fragment.firstElementChild;
    if (settled) finish(fragment, block);
    const before = this.drawn[at];
    if (before) before.node.replaceWith(node);
    else this.root.append(node);
    this.drawn[at] = { block, node, settled };
  }
}

/** A block that will not change any more; one that was cut off is no diagram. */
function finish(root, { fence }) {
  colour(root);
  if (!fence || fence.closed) drawDiagrams(root);
}

/** An open code block may be tens of kilobytes long: then only its new characters are added. */
function growsOpenFence({ block: before, settled }, after) {
  if (settled || !before.fence || before.fence.info !== after.fence?.info) return false;
  return after.fence.content.startsWith(before.fence.content);
}
