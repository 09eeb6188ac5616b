// Notes: "[^1]" in a text, and "[^1]: …" where what it says stands. A note is shown where it was
// written and its number leads there, so that no block of the text depends on another.

const DEFINITION = /^\[\^([^\]\s]{1,64})\]:[ \t]*(.*)$/;
const REFERENCE = /\[\^([^\]\s]{1,64})\]/y;
const NUMBER = /^\d{1,3}$/;
/** A word, which a set of characters such as [^a-z] is not. */
const WORD = /^\p{L}[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*$/u;

/** @param {string} text @returns {Set<string>} the names of the notes that it has */
export const notesIn = (text) =>
  new Set([...text.matchAll(/^ {0,3}\[\^([^\]\s]{1,64})\]:/gm)].map(([, name]) => name));

/**
 * A number is taken for a note before that has come, and a word as long as it may come: those are
 * collected in `awaited`. Other words may be meant as they stand.
 */
function isNote(name, { notes, awaited }) {
  if (NUMBER.test(name) || notes?.has(name)) return true;
  if (!awaited || !WORD.test(name)) return false;
  awaited.add(name);
  return true;
}

function inlineRule(state, silent) {
  REFERENCE.lastIndex = state.pos;
  const found = REFERENCE.exec(state.src);
  // With an address behind it, it is a link.
  if (!found || !isNote(found[1], state.env) || state.src[REFERENCE.lastIndex] === "(") return false;
  if (!silent) state.push("note_reference", "", 0).content = found[1];
  state.pos = REFERENCE.lastIndex;
  return true;
}

const lineAt = (state, at) => state.src.slice(state.bMarks[at] + state.tShift[at], state.eMarks[at]);
const isIndented = (state, at) => state.sCount[at] - state.blkIndent >= 4;

function blockRule(state, start, end, silent) {
  if (isIndented(state, start)) return false;
  const found = DEFINITION.exec(lineAt(state, start));
  if (!found) return false;
  if (silent) return true;
  const { paragraphs, next } = contentOf(state, start, end, found[2]);
  const open = state.push("note_open", "div", 1);
  open.map = [start, next];
  open.content = found[1];
  for (const { text, at } of paragraphs) {
    state.push("paragraph_open", "p", 1).map = [at, at + 1];
    const inline = state.push("inline", "", 0);
    Object.assign(inline, { content: text, map: [at, at + 1], children: [] });
    state.push("paragraph_close", "p", -1);
  }
  state.push("note_close", "div", -1);
  state.line = next;
  return true;
}

/** Up to the next blank line; indented paragraphs below that belong to it as well. */
function contentOf(state, start, end, first) {
  const paragraphs = [{ text: first, at: start }];
  let next = start + 1;
  for (let at = next; at < end; at++) {
    if (state.isEmpty(at)) continue;
    const isParted = at > next;
    const line = lineAt(state, at);
    if (state.sCount[at] < state.blkIndent || DEFINITION.test(line)) break;
    if (isParted && !isIndented(state, at)) break;
    if (isParted) paragraphs.push({ text: line, at });
    else paragraphs.at(-1).text = [paragraphs.at(-1).text, line].filter(Boolean).join("\n");
    next = at + 1;
  }
  return { paragraphs, next };
}

/** A markdown-it plugin. @param {import("../../vendor/markdown-it.js").default} md */
export function footnotes(md) {
  const { escapeHtml } = md.utils;
  md.block.ruler.before("reference", "notes", blockRule, { alt: ["paragraph", "reference"] });
  md.inline.ruler.before("link", "notes", inlineRule);
  md.renderer.rules.note_reference = (tokens, index) =>
    `<span class="note-ref">${escapeHtml(tokens[index].content)}</span>`;
  md.renderer.rules.note_open = (tokens, index) =>
    `<div class="note"><span class="note-label">${escapeHtml(tokens[index].content)}</span>`;
  md.renderer.rules.note_close = () => "</div>\n";
}
