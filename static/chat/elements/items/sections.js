// What a step opens to: one small view for each kind of thing that goes into a tool or comes out.
// A view is made once and then updated, because what it shows may still be growing.
import { message } from "../../messages.js";
import { diffLines } from "../../models/patch-lines.js";
import { mayLink } from "../../models/links.js";
import { codeBlock, colour } from "../../render/decorate.js";
import { clone, part, setChildren, setText } from "../dom.js";
import { preview } from "../file-preview.js";
import { picture } from "../lightbox.js";

/** Beyond this many characters the beginning is shown: no page should stall on a tool's output. */
const LONGEST = 50_000;

/**
 * @typedef {object} Section
 * @property {keyof KINDS} kind
 * @property {string} [label] the name of a sentence
 * @property {string} [text]
 */

const shortened = (text) =>
  text.length > LONGEST
    ? `${text.slice(0, LONGEST)}\n${message("moreCharacters", { count: text.length - LONGEST })}`
    : text;

class CodeSection {
  update({ text, language = "", final = true }) {
    if (this.language !== language) {
      this.language = language;
      this.node = codeBlock("", language);
    }
    const code = this.node.querySelector("code");
    if (this.text === text && this.final === final) return;
    if (this.text !== text) code.textContent = shortened(text);
    Object.assign(this, { text, final });
    delete code.dataset.coloured;
    if (final) colour(this.node);
  }
}

class TextSection {
  constructor() {
    this.node = clone("step-text");
  }

  update({ text }) {
    setText(this.node, shortened(text));
  }
}

/** Commands with what they wrote and how they ended, as a terminal shows them. */
class TerminalSection {
  constructor() {
    this.node = clone("terminal");
    this.entries = [];
  }

  update({ commands }) {
    commands.forEach((command, index) => {
      this.entries[index] ??= clone("terminal-entry");
      this.#show(this.entries[index], command);
    });
    this.entries.length = commands.length;
    setChildren(this.node, this.entries);
  }

  #show(entry, { command, stdout, stderr, outcome }) {
    for (const [name, text] of Object.entries({ command, stdout, stderr })) {
      const shown = part(entry, name);
      shown.hidden = !text;
      setText(shown, shortened(text ?? ""));
    }
    const end = part(entry, "outcome");
    end.hidden = !outcome;
    setText(end, outcome ? message(outcome.name, outcome.values) : "");
    entry.dataset.state = outcome?.failed ? "failed" : "";
  }
}

class DiffSection {
  constructor() {
    this.node = clone("diff");
  }

  update({ text }) {
    if (this.text === text) return;
    this.text = text;
    const lines = diffLines(shortened(text)).map(({ kind, text: line }) => {
      const node = clone("diff-line");
      node.dataset.kind = kind;
      node.textContent = `${line}\n`;
      return node;
    });
    part(this.node, "lines").replaceChildren(...lines);
  }
}

class ListSection {
  constructor() {
    this.node = clone("step-list");
  }

  /**
   * @typedef {{title: string, url?: string, note?: string, text?: string, attachment?: string}} Entry
   * @param {{entries: Entry[]}} section
   */
  update({ entries }) {
    const key = JSON.stringify(entries);
    if (this.key === key) return;
    this.key = key;
    this.node.replaceChildren(...entries.map(listEntry));
  }
}

/** @param {Entry} entry */
function listEntry({ title, url = "", note = "", text = "", attachment = "" }) {
  const node = clone("step-entry");
  const shown = mayLink(url) ? "link" : attachment ? "file" : "title";
  for (const other of ["link", "file", "title"]) if (other !== shown) part(node, other).remove();
  const name = part(node, shown);
  if (shown === "link") name.href = url;
  if (shown === "file")
    name.addEventListener("click", () => preview({ file_id: attachment, filename: title }));
  name.textContent = title;
  for (const [at, words] of Object.entries({ note, text })) {
    if (words) part(node, at).textContent = shortened(words);
    else part(node, at).remove();
  }
  return node;
}

class ImagesSection {
  constructor() {
    this.node = clone("pictures");
  }

  update({ images }) {
    const key = images.map(({ url }) => url).join(" ");
    if (this.key === key) return;
    this.key = key;
    this.node.replaceChildren(...images.map(({ url, alt, name }) => picture(url, alt, name)));
  }
}

const KINDS = {
  code: CodeSection,
  diff: DiffSection,
  images: ImagesSection,
  list: ListSection,
  terminal: TerminalSection,
  text: TextSection,
};

/** The sections of one step. */
export class Sections {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.shown = [];
  }

  /** @param {Section[]} sections */
  update(sections) {
    sections.forEach((section, index) => {
      const known = this.shown[index];
      if (known?.kind !== section.kind) this.shown[index] = this.#made(section);
      this.#show(this.shown[index], section);
    });
    this.shown.length = sections.length;
    setChildren(
      this.root,
      this.shown.map(({ node }) => node),
    );
  }

  #made({ kind }) {
    return { kind, node: clone("step-section"), view: new KINDS[kind]() };
  }

  #show({ node, view }, section) {
    const label = part(node, "label");
    label.hidden = !section.label;
    setText(label, section.label ? message(section.label) : "");
    view.update(section);
    if (node.lastElementChild !== view.node) {
      if (node.childElementCount > 1) node.lastElementChild.remove();
      node.append(view.node);
    }
  }
}
