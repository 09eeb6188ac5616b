// An answer as it is read out when it has ended: its words without the marks of Markdown, and of a
// long one only the end.
import { createMarkdown } from "./markdown.js";

/** An ending longer than this is not read out whole, in characters. */
const WHOLE = 300;
/** So much of a long one's last paragraph is read out. */
const END = 200;

const markdown = createMarkdown();

/**
 * @param {string} text in Markdown
 * @returns {{whole?: string, end?: string}} the words of a short one, the last ones of a long one
 */
export function spoken(text) {
  const blocks = markdown.parse(text, {}).map(wordsOf).filter(Boolean);
  const whole = blocks.join(" ");
  if (whole.length <= WHOLE) return { whole };
  const last = blocks.at(-1);
  if (last.length <= END) return { end: last };
  const cut = [...last].slice(-END).join("");
  return { end: `…${cut.slice(cut.indexOf(" ") + 1)}` };
}

/** @param {{children: object[] | null, content: string}} token of a block @returns {string} */
function wordsOf(token) {
  const pieces = token.children?.map(pieceOf) ?? [token.content];
  return pieces.join("").replace(/\s+/g, " ").trim();
}

const pieceOf = ({ type, content }) => (type.endsWith("break") ? " " : content);
