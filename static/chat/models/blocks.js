// A growing Markdown text as a list of finished blocks and a short tail that may still change.
//
// A top-level block can no longer change once another one, preceded by a blank line, has begun
// below it with a whole line of its own: "1. a\n\n2" may yet become "1. a\n\n2. b", one list.
// So each update parses only the text from the last such place on. Link reference definitions
// are the one thing that reaches across blocks; a new one makes everything be rendered again.
import { notesIn } from "./footnotes.js";
import { holdBack } from "./holdback.js";

/** @typedef {{html: string, fence: {info: string, content: string, closed: boolean} | null}} Block */

const BREAKS = /\r\n?|\u0000/g;

/** As markdown-it's own first step does it; a final lone \r may be half of a line end. */
export const normalise = (text) =>
  text.replace(/\r$/, "").replace(BREAKS, (found) => (found === "\u0000" ? "\ufffd" : "\n"));

/**
 * @param {import("../../vendor/markdown-it.js").default} md
 * @param {string} text normalised Markdown
 * @param {{references?: object}} env markdown-it's environment; definitions found are added to it
 * @returns {Block[]} the top-level blocks; their `html` joined is the whole text's
 */
export function renderBlocks(md, text, env) {
  const lines = text.split("\n");
  return topLevel(md.parse(text, env)).map((group) => ({
    html: md.renderer.render(group, md.options, env),
    fence: group[0].type === "fence" ? fenceOf(group[0], lines) : null,
  }));
}

function topLevel(tokens) {
  const groups = [];
  for (const token of tokens) {
    if (token.level === 0 && token.nesting >= 0) groups.push([]);
    groups.at(-1).push(token);
  }
  return groups;
}

function fenceOf(token, lines) {
  const [start, end] = token.map;
  const last = lines[end - 1].trim();
  const closed = end - start > 1 && last.startsWith(token.markup) && /^(`+|~+)$/.test(last);
  return { info: token.info.trim().split(/\s+/)[0], content: token.content, closed };
}

/**
 * @param {string} text normalised Markdown
 * @returns {number} index before which nothing can change any more
 */
export function safeCut(md, text) {
  const tokens = [];
  md.block.parse(text, md, {}, tokens);
  const lines = text.split("\n");
  const starts = topLevel(tokens).map(([first]) => first.map[0]);
  const at = starts.findLast(
    (line) => line > 0 && line < lines.length - 1 && !lines[line - 1].trim(),
  );
  return at ? lines.slice(0, at).join("\n").length + 1 : 0;
}

/** What is open at the end is closed, unless that would hide a part of it. */
function closed(tail) {
  const shown = holdBack(tail);
  return shown.startsWith(tail.trimEnd()) ? shown : tail;
}

export class BlockStream {
  /** @param {import("../../vendor/markdown-it.js").default} md */
  constructor(md) {
    this.md = md;
    this.reset();
  }

  reset() {
    this.done = 0; // characters of the normalised text that are frozen
    this.source = "";
    this.frozen = /** @type {Block[]} */ ([]);
    this.env = { references: {}, notes: new Set(), awaited: new Set() };
  }

  /**
   * @param {string} text the whole text so far
   * @param {boolean} final nothing more will come: hold nothing back
   * @param {boolean} [cut] it was broken off: what is open at its end is closed
   * @returns {{from: number, blocks: Block[]}} the blocks from index `from` on; those before it
   *   are as they were
   */
  update(text, final, cut = false) {
    const source = normalise(final ? text.replace(/\r$/, "\n") : text);
    if (!source.startsWith(this.source.slice(0, this.done))) this.reset();
    const notes = notesIn(source);
    // What was taken for plain words may have been a note's name, or the other way round.
    const isMistaken = final && [...this.env.awaited].some((name) => !notes.has(name));
    if (notes.size !== this.env.notes.size || isMistaken) this.reset();
    if (final) this.env.awaited = null;
    this.env.notes = notes;
    this.source = source;
    const known = this.frozen.length;
    const again = this.#freeze();
    const tail = this.#tail(final, cut);
    if (tail === null) return { from: 0, blocks: renderBlocks(this.md, source, { notes }) };
    const from = again ? 0 : known;
    return { from, blocks: [...this.frozen.slice(from), ...tail] };
  }

  /** @returns {boolean} whether blocks frozen earlier had to be rendered again */
  #freeze() {
    const cut = safeCut(this.md, this.source.slice(this.done));
    if (!cut) return false;
    const references = Object.keys(this.env.references).length;
    const fresh = renderBlocks(this.md, this.source.slice(this.done, this.done + cut), this.env);
    this.done += cut;
    const again = Object.keys(this.env.references).length > references && this.frozen.length > 0;
    if (again) this.frozen = renderBlocks(this.md, this.source.slice(0, this.done), this.env);
    else this.frozen.push(...fresh);
    return again;
  }

  /** @returns {Block[] | null} null when the end defines a link that earlier blocks may use */
  #tail(final, cut) {
    const tail = this.source.slice(this.done);
    const env = { ...this.env, references: { ...this.env.references } };
    const blocks = renderBlocks(this.md, final ? (cut ? closed(tail) : tail) : holdBack(tail), env);
    const defines = Object.keys(env.references).length > Object.keys(this.env.references).length;
    return final && defines && this.frozen.length ? null : blocks;
  }
}
