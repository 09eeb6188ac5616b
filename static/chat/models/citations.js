// Where a text says whence it has something: the API names places in the text, and we put a small
// number there, which leads to the source. A number is written into the Markdown as a mark that no
// text contains, and that closes and opens emphasis as a bracket would.
import { safeLink } from "./links.js";
import { madeAddress } from "./made.js";
import { asList, isObject, isText } from "./shapes.js";

const SIGN = "\ue2c1";
const OWN_LINK = /^\s*\(?\s*\[[^\]]*\]\([^)\s]*\)\s*\)?$/;
const CONTAINER = "container_file_citation";
const CONTAINER_LINK = /^\[([^\]]+)\]\(sandbox:[^)]*\)$/;
const OWN_SIGN = /^\s*【[^】]*】$/;
/** What a mark would break: it goes behind. Fences first, in which all others are plain text. */
const WHOLE =
  /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|(?![\s\S]))|(`+)(?!`)[\s\S]*?[^`]\2(?!`)|\[[^\]\n]*\]\([^)\n]*\)|\$\$[\s\S]*?\$\$|\\\[[\s\S]*?\\\]|\\\([\s\S]*?\\\)|\$[^$\n]+\$|https?:\/\/[^\s<>()]+/gm;

/**
 * @typedef {object} Source
 * @property {number} number from 1 on
 * @property {string} title "" for a file without a name
 * @property {string} url "" for a file
 * @property {string} host
 * @property {string} fileId
 * @property {string} fileUrl where it is to be had here; "" where it is not
 * @property {string} notKept why a file that was made is not here; "" where it is
 * @property {string} attachmentId of a file that is here
 * @property {string[]} passages what the text says on its word
 */

/** A mark for source `number`. */
export const mark = (number) => `{${SIGN}${number}${SIGN}}`;
const MARK = new RegExp(`\\{${SIGN}(\\d{1,4})${SIGN}\\}`, "y");

/** The sources of one message, each once, in the order in which they are cited. */
export class Sources {
  #byKey = new Map();

  /** @returns {Source[]} */
  get all() {
    return [...this.#byKey.values()];
  }

  /**
   * @param {string} text @param {object[]} annotations of it
   * @returns {string} the text with a mark wherever it cites something
   */
  mark(text, annotations) {
    const clean = text.replaceAll(SIGN, "\ufffd");
    const places = this.#places(clean, asList(annotations).filter(isObject));
    return written(clean, places);
  }

  #places(text, annotations) {
    const unit = unitsOf(text);
    const whole = places(text);
    const listed = arePositionsInAList(annotations);
    return annotations.flatMap((annotation) => {
      const source = this.#source(annotation);
      if (!source) return [];
      const end = unit(annotation.end_index ?? annotation.index);
      const start = annotation.start_index === undefined ? end : unit(annotation.start_index);
      if (end === null || start === null || start > end || end > text.length) return [];
      const span = text.slice(start, end);
      const replaces = span !== "" && (OWN_LINK.test(span) || OWN_SIGN.test(span));
      if (span.trim() && !replaces && annotation.type !== CONTAINER && !source.passages.includes(span.trim()))
        source.passages.push(span.trim());
      const own = inContainer(whole, start, annotation);
      if (own) return [{ ...own, number: source.number }];
      if (listed && annotation.type === "file_citation") return [];
      if (replaces) return [{ from: start, to: end, number: source.number }];
      const at = behind(whole, end);
      return at === null ? [] : [{ from: at.to, to: at.to, number: source.number, apart: at.apart }];
    });
  }

  #source(annotation) {
    const { url, title, file_id: id, filename, attachment_id: own } = annotation;
    const link = isText(url) ? safeLink(url) : null;
    const key = link ? url : isText(id) ? id : null;
    if (!key) return null;
    if (!this.#byKey.has(key)) {
      const name = [title, filename].find((text) => isText(text) && text.trim());
      this.#byKey.set(key, {
        number: this.#byKey.size + 1,
        title: name ?? (link ? link.host : ""),
        url: link ? url : "",
        host: link ? link.host.replace(/^www\./, "") : "",
        fileId: link ? "" : id,
        fileUrl: (!link && madeAddress(annotation.file)) || "",
        notKept: isText(annotation.not_kept) ? annotation.not_kept : "",
        attachmentId: !link && isText(own) ? own : "",
        passages: [],
      });
    }
    return this.#byKey.get(key);
  }
}

/** Some servers number a file's place in their list instead of its place in the text. */
function arePositionsInAList(annotations) {
  const cited = annotations.filter(({ type }) => type === "file_citation");
  return cited.length > 0 && cited.every(({ index }) => !(index > cited.length));
}

/** The API counts characters, JavaScript those of UTF-16. */
function unitsOf(text) {
  const isPlace = (index) => Number.isInteger(index) && index >= 0;
  if (!/[\ud800-\udbff]/.test(text)) return (index) => (isPlace(index) ? index : null);
  const units = [0];
  for (const char of text) units.push(units.at(-1) + char.length);
  return (index) => (isPlace(index) ? (units[index] ?? null) : null);
}

function places(text) {
  return [...text.matchAll(WHOLE)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    words: found[0],
    apart: Boolean(found[1]), // after a fence the number needs a line of its own
  }));
}

/** A link into the provider's container leads nowhere: its words stay, and the number leads. */
function inContainer(whole, at, { type }) {
  const found = type === CONTAINER && whole.find(({ from, to }) => from <= at && at < to);
  const label = found && CONTAINER_LINK.exec(found.words)?.[1];
  return label ? { from: found.from, to: found.to, words: label } : null;
}

/** The place for a mark that belongs at `at`; null while what is there is still being written. */
function behind(whole, at) {
  const found = whole.find(({ from, to }) => from < at && at <= to);
  if (!found || (found.to === at && !found.apart)) return { to: at, apart: false };
  return found;
}

function written(text, places) {
  const sorted = places.toSorted((one, other) => one.from - other.from || one.number - other.number);
  let at = 0;
  const pieces = [];
  const seen = new Set();
  for (const { from, to, number, apart, words } of sorted) {
    if (from < at || seen.has(`${from} ${number}`)) continue;
    seen.add(`${from} ${number}`);
    const before = text.slice(at, from);
    pieces.push(to > from && !words ? before.replace(/ +$/, "") : before, words ?? "");
    // What follows a bare address directly would become part of it.
    const space = /https?:\/\/\S*$/.test(before) ? " " : "";
    pieces.push(apart ? `\n\n${mark(number)}\n\n` : space + mark(number));
    at = to;
  }
  return pieces.join("") + text.slice(at);
}

function inlineRule(state, silent) {
  MARK.lastIndex = state.pos;
  const found = MARK.exec(state.src);
  if (!found) return false;
  if (!silent) state.push("citation", "", 0).content = found[1];
  state.pos = MARK.lastIndex;
  return true;
}

/** A markdown-it plugin. @param {import("../../vendor/markdown-it.js").default} md */
export function citations(md) {
  md.inline.ruler.before("escape", "citations", inlineRule);
  md.renderer.rules.citation = (tokens, index) =>
    `<span class="cite">${tokens[index].content}</span>`;
}
