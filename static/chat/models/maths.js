// Maths delimiters for markdown-it: $…$ and \(…\) inline, $$…$$ and \[…\] on display.
// The renderer only marks the source; it is typeset after sanitising (see render/decorate.js).

const DOLLAR = 0x24;
const BACKSLASH = 0x5c;

/**
 * A dollar opens maths when something follows at once, and closes it when something stands right
 * before and no digit follows: "it costs $5 and $6" stays text (the rule of pandoc).
 * @param {string} text
 * @param {number} start index of the opening dollar
 * @returns {number} index of the closing dollar, or -1
 */
export function closingDollar(text, start) {
  if (start + 1 >= text.length || /\s/.test(text[start + 1])) return -1;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "\n" && text[at + 1] === "\n") return -1;
    else if (text[at] === "$") {
      const closes = at > start + 1 && !/\s/.test(text[at - 1]) && !/\d/.test(text[at + 1] ?? "");
      return closes ? at : -1;
    }
  }
  return -1;
}

/**
 * @typedef {{open: string, close: string, display: boolean}} Fence
 * @type {Fence[]} longest opening first
 */
const FENCES = [
  { open: "$$", close: "$$", display: true },
  { open: "\\[", close: "\\]", display: true },
  { open: "\\(", close: "\\)", display: false },
];

/** @param {string} text @param {number} at @returns {Fence | undefined} */
export const fenceAt = (text, at) => FENCES.find(({ open }) => text.startsWith(open, at));

/** No formula is this long; without a bound, text full of unclosed ones would cost its square. */
const LONGEST = 4000;

/** @param {string} text @param {Fence} fence @param {number} at where it opens @returns {number} index of its close, or -1 */
export function closingFence(text, fence, at) {
  const start = at + fence.open.length;
  const found = text.slice(start, start + LONGEST).indexOf(fence.close);
  return found < 0 ? -1 : start + found;
}

function push(state, content, display) {
  const token = state.push(display ? "math_display" : "math_inline", "", 0);
  token.content = content.trim();
}

function inlineRule(state, silent) {
  const { src, pos, posMax } = state;
  const code = src.charCodeAt(pos);
  if (code !== DOLLAR && code !== BACKSLASH) return false;
  const fence = fenceAt(src, pos);
  const start = pos + (fence ? fence.open.length : 1);
  const end = fence
    ? closingFence(src, fence, pos)
    : code === DOLLAR
      ? closingDollar(src, pos)
      : -1;
  if (end < 0 || end > posMax || !src.slice(start, end).trim()) return false;
  if (!silent) push(state, src.slice(start, end), fence?.display ?? false);
  state.pos = end + (fence ? fence.close.length : 1);
  return true;
}

const line = (state, at) => state.src.slice(state.bMarks[at] + state.tShift[at], state.eMarks[at]);

/** The line on which display maths ends, or -1: a blank line or the end of its container breaks it. */
function closingLine(state, fence, startLine, endLine) {
  for (let at = startLine; at < endLine; at++) {
    const text = line(state, at).trimEnd();
    const body = at === startLine ? text.slice(fence.open.length) : text;
    if (body.endsWith(fence.close)) return at;
    if (body.includes(fence.close) || (at > startLine && !text)) return -1;
    if (at > startLine && state.sCount[at] < state.blkIndent) return -1;
  }
  return -1;
}

function blockRule(state, startLine, endLine, silent) {
  if (state.sCount[startLine] - state.blkIndent >= 4) return false;
  const fence = fenceAt(line(state, startLine), 0);
  if (!fence?.display) return false;
  const last = closingLine(state, fence, startLine, endLine);
  if (last < 0) return false;
  const source = state.getLines(startLine, last + 1, state.tShift[startLine], false).trim();
  const content = source.slice(fence.open.length, -fence.close.length);
  if (!content.trim()) return false;
  if (silent) return true;
  const token = state.push("math_block", "", 0);
  token.content = content.trim();
  token.map = [startLine, last + 1];
  state.line = last + 1;
  return true;
}

/** A markdown-it plugin. @param {import("../../vendor/markdown-it.js").default} md */
export function maths(md) {
  const { escapeHtml } = md.utils;
  const render = (tag, kind) => (tokens, index) =>
    `<${tag} class="math ${kind}">${escapeHtml(tokens[index].content)}</${tag}>`;
  md.inline.ruler.before("escape", "maths", inlineRule);
  md.block.ruler.before("fence", "maths", blockRule, { alt: ["paragraph", "blockquote", "list"] });
  md.renderer.rules.math_inline = render("span", "math-inline");
  md.renderer.rules.math_display = render("span", "math-display");
  md.renderer.rules.math_block = (...args) => `${render("div", "math-display")(...args)}\n`;
}
