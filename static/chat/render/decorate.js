// What is done to a sanitised piece of text once it is made of nodes: code gets its header and
// colours, tables their scroll box, formulas their form, deceiving links the name of their host.
import { clone, part } from "../elements/dom.js";
import { message } from "../messages.js";
import { hostToShow } from "../models/links.js";
import { sanitise } from "./sanitise.js";

const LONGEST_HIGHLIGHTED = 30 * 1024;

/** A module that is fetched when first needed; used at once, without a turn of the loop, after that. */
class Lazy {
  constructor(load) {
    this.load = load;
    this.module = null;
  }

  use(run) {
    if (this.module) return run(this.module);
    // Offline, the source stays on the page as it is; the next use tries again.
    return this.load().then(
      (module) => run((this.module = module)),
      () => {},
    );
  }
}

const highlighter = new Lazy(() => import("./highlight.js"));
const diagrams = new Lazy(() => import("./diagrams.js"));
const typesetter = new Lazy(async () => {
  const module = await import("./math.js");
  await module.ready;
  return module;
});

/** @param {DocumentFragment} fragment */
export function decorate(fragment) {
  fragment.querySelectorAll("pre").forEach(frameCode);
  fragment.querySelectorAll("table").forEach(frameTable);
  fragment.querySelectorAll("a[href]").forEach(nameHost);
  fragment.querySelectorAll("span.cite").forEach(makeChip);
  fragment.querySelectorAll("span.note-ref").forEach((span) => makeNote(span, "note-ref", ".note-label"));
  fragment.querySelectorAll("span.note-label").forEach((span) => makeNote(span, "note-label", ".note-ref"));
  fragment
    .querySelectorAll("h1, h2, h3, h4, h5, h6, p, li, blockquote, td, th")
    .forEach((node) => (node.dir = "auto"));
  // What scrolls sideways must be in reach of the keyboard.
  fragment.querySelectorAll(".math-display").forEach((node) => (node.tabIndex = 0));
  for (const node of fragment.querySelectorAll(".math"))
    typesetter.use((math) => math.typesetElement(node));
}

/** Colours code that will not change any more. @param {Element} root */
export function colour(root) {
  for (const code of root.querySelectorAll("pre > code[class]:not([data-coloured])")) {
    code.dataset.coloured = "";
    if (language(code) === "mermaid") continue;
    if (code.textContent.length > LONGEST_HIGHLIGHTED) continue;
    highlighter.use(({ highlight }) => highlight(code, language(code), sanitise));
  }
}

/** Draws the diagrams whose text is whole. @param {Element} root */
export function drawDiagrams(root) {
  for (const code of root.querySelectorAll("pre > code.language-mermaid"))
    diagrams.use(({ showDiagram }) => showDiagram(code.closest(".code")));
}

const language = (code) => /(?:^|\s)language-(\S+)/.exec(code.className)?.[1] ?? "";

function frameCode(pre) {
  const code = pre.querySelector("code");
  if (!code) return;
  const frame = clone("code-block");
  part(frame, "language").textContent = language(code);
  frame.dataset.language = language(code);
  pre.replaceWith(frame);
  pre.tabIndex = 0;
  pre.dir = "ltr";
  frame.append(pre);
}

/** @param {string} text @param {string} name of its language, or "" @returns {HTMLElement} */
export function codeBlock(text, name) {
  const holder = document.createDocumentFragment();
  const pre = holder.appendChild(document.createElement("pre"));
  const code = pre.appendChild(document.createElement("code"));
  if (name) code.className = `language-${name}`;
  code.textContent = text;
  frameCode(pre);
  return /** @type {HTMLElement} */ (holder.firstElementChild);
}

/** The number of a note in the text leads to the note, and the note's own back. */
function makeNote(span, kind, target) {
  const button = clone(kind);
  const name = span.textContent;
  button.textContent = name;
  button.setAttribute("aria-label", message(kind === "note-ref" ? "note" : "backToText", { name }));
  button.addEventListener("click", () => {
    const others = button.closest(".prose")?.querySelectorAll(target) ?? [];
    const found = [...others].find((other) => other.textContent === name);
    found?.scrollIntoView({ block: "nearest" });
    found?.focus({ preventScroll: true });
  });
  span.replaceWith(button);
}

/** The number of a source becomes something to press; what it opens is up to the message. */
function makeChip(span) {
  const chip = clone("cite");
  chip.textContent = span.textContent;
  chip.setAttribute("aria-label", message("sourceNumber", { number: span.textContent }));
  span.replaceWith(chip);
}

function frameTable(table) {
  const frame = clone("table-block");
  table.replaceWith(frame);
  frame.append(table);
}

function nameHost(link) {
  const host = hostToShow(link.textContent, link.getAttribute("href"));
  if (!host) return;
  const note = document.createElement("span");
  note.className = "link-host";
  note.textContent = ` (${host})`;
  link.append(note);
}
