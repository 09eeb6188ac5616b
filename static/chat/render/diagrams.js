// Diagrams: drawn in a sandboxed frame, shown as a picture with the source one press away. Loaded
// with the first whole diagram.
import { clone, part, setText } from "../elements/dom.js";
import { picture, showPicture } from "../elements/lightbox.js";
import { message } from "../messages.js";
import { Drawing } from "./drawing.js";

const LONGEST = 20_000;

const drawing = new Drawing();
const shown = new Set();

/** @param {HTMLElement} frame of a code block whose code is a whole diagram */
export function showDiagram(frame) {
  if (frame.dataset.diagram !== undefined) return;
  frame.dataset.diagram = "";
  const diagram = new Diagram(frame);
  shown.add(diagram);
  diagram.draw();
}

class Diagram {
  constructor(frame) {
    this.frame = frame;
    this.pre = frame.querySelector("pre");
    this.source = frame.querySelector("code").textContent;
    this.node = clone("diagram");
    this.note = part(this.node, "note");
    this.toggle = clone("diagram-source");
    this.toggle.addEventListener("click", () => this.#show(!this.pre.hidden));
    this.url = null;
  }

  async draw() {
    const { source } = this;
    try {
      if (source.length > LONGEST) throw new Error("too long");
      this.#drawn(await drawing.draw(source, isDark()));
    } catch {
      this.#failed();
    }
  }

  #drawn(svg) {
    const before = this.url;
    this.url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    const alt = message("diagram");
    const canvas = part(this.node, "canvas");
    if (canvas.firstElementChild) showPicture(canvas.firstElementChild, this.url, alt);
    else canvas.append(picture(this.url, alt, "diagram.svg"));
    if (before) URL.revokeObjectURL(before);
    if (this.node.isConnected) return;
    this.frame.querySelector(".code-tools").prepend(this.toggle);
    this.frame.insertBefore(this.node, this.pre);
    this.note.hidden = true;
    this.#show(true);
  }

  /** @param {boolean} asPicture else as its source */
  #show(asPicture) {
    this.pre.hidden = asPicture;
    part(this.node, "canvas").hidden = !asPicture;
    setText(this.toggle, message(asPicture ? "diagramSource" : "diagram"));
    this.toggle.setAttribute("aria-expanded", String(!asPicture));
  }

  /** Its source stays where it is, with a word why. */
  #failed() {
    shown.delete(this);
    if (this.url) return;
    part(this.node, "canvas").hidden = true;
    this.note.textContent = message("diagramFailed");
    this.frame.append(this.node);
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : dark.matches;
}

function redraw() {
  for (const diagram of shown) {
    if (diagram.frame.isConnected) diagram.draw();
    else forget(diagram);
  }
}

function forget(diagram) {
  if (diagram.url) URL.revokeObjectURL(diagram.url);
  shown.delete(diagram);
}

dark.addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ["data-theme"],
});
