// What to show of a text that is still arriving. Half-finished syntax would flash: two asterisks,
// then bold; a row of bars, then a table. So the last lines are completed (`**bo` shows as bold)
// or held back for a moment (`[a](htt` shows as "a"). Only how the tail looks meanwhile is decided
// here; the finished text is rendered as it is.
import { closingDollar, closingFence, fenceAt } from "./maths.js";

const MARKER =
  /^\s*(?:[-*+]|\d+[.)]?|#{1,6}|>|[|]|=+|-{2,}|\*{2,}|_{2,}|`{1,2}|~{1,3}|\$|\\|(?:[-*+]\s+)?\[[ xX]?\]?|\[\^[^\]\s]*(?:\]:?)?|!)\s*$/;
const FENCE = /^\s{0,12}(`{3,}|~{3,})(.*)$/;
const MARKERS_BEFORE_TEXT = /^(?:\s|>|[-*+]\s|\d+[.)]\s|#{1,6}\s)*(?:\[[ xX]\]\s)?/;
const LONGEST_HELD = 600;

/**
 * @param {string} tail Markdown from the start of a top-level block on
 * @returns {string} what of it to render now
 */
export function holdBack(tail) {
  const lines = tail.split("\n");
  const open = openFence(lines);
  if (open) return holdFence(lines, open);
  const shown = holdTableHead(holdMarker(lines));
  const start = paragraphStart(shown);
  const head = shown.slice(0, start);
  const text = shown.slice(start).join("\n");
  return [...head, completeInline(text)].join("\n");
}

/** @returns {{marker: string, at: number} | null} the code fence that is still open at the end */
function openFence(lines) {
  let open = null;
  lines.forEach((line, at) => {
    const [, marker, info] = FENCE.exec(stripContainer(line)) ?? [];
    if (!marker) return;
    if (!open) open = marker[0] === "`" && info.includes("`") ? null : { marker, at };
    else if (marker[0] === open.marker[0] && marker.length >= open.marker.length && !info.trim())
      open = null;
  });
  return open;
}

const stripContainer = (line) => line.replace(/^\s*(?:(?:[-*+]|\d+[.)]|>)\s+)*/, "");

/** The language's name must be whole before it shows, and a closing fence must not pass as code. */
function holdFence(lines, { marker, at }) {
  const last = lines.at(-1).trim();
  const onlyOpened = at === lines.length - 1;
  const half = last && last.length < marker.length && marker.startsWith(last);
  return (onlyOpened || half ? lines.slice(0, -1) : lines).join("\n");
}

function holdMarker(lines) {
  return MARKER.test(lines.at(-1)) ? lines.slice(0, -1) : lines;
}

/** Rows of a table are a paragraph of bars until the line of dashes below the first is whole. */
function holdTableHead(lines) {
  const rows =
    lines.length - (lines.findLastIndex((line) => !line.trimStart().startsWith("|")) + 1);
  const first = lines.length - rows;
  const ruled =
    rows > 2 ||
    (rows === 2 && /^[\s|:-]+\|\s*$/.test(lines[first + 1]) && lines[first + 1].includes("-"));
  return rows === 0 || ruled ? lines : lines.slice(0, first);
}

/** Index of the line on which the last paragraph, list item, heading or row begins. */
function paragraphStart(lines) {
  for (let at = lines.length - 1; at > 0; at--) {
    const begins = /^\s*(?:[-*+]\s|\d+[.)]\s|#{1,6}\s|>|\|)/.test(lines[at]);
    if (begins || !lines[at - 1].trim()) return at;
  }
  return 0;
}

/** @param {string} paragraph @returns {string} with its open spans closed or held back */
export function completeInline(paragraph) {
  const markers = MARKERS_BEFORE_TEXT.exec(paragraph)[0];
  const scan = new Scan(paragraph.slice(markers.length));
  return markers + scan.complete();
}

class Scan {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.open = []; // emphasis runs still open
    this.brackets = []; // positions of unmatched [
  }

  complete() {
    while (this.at < this.text.length) {
      const end = this.#step();
      if (end !== null) return this.#close(end);
    }
    return this.#close(this.text);
  }

  /** Takes one piece of syntax. @returns {string | null} the text to close when it must end here */
  #step() {
    const { text, at } = this;
    const fence = fenceAt(text, at);
    if (fence) return this.#skip(closingFence(text, fence, at), 2);
    const char = text[at];
    if (char === "\\") this.at += 2;
    else if (char === "`") return this.#code();
    else if (char === "$") return this.#dollar();
    else if (text[at + 1] === "^" && char === "[") return this.#note();
    else if (char === "[") this.brackets.push(this.at++);
    else if (char === "]") return this.#bracket();
    else if ("*_~".includes(char)) return this.#emphasis(char);
    else this.at++;
    return null;
  }

  #skip(end, length) {
    const { at, text } = this;
    if (end >= 0) this.at = end + length;
    else if (text.length - at > LONGEST_HELD) this.at = at + length;
    else return text.slice(0, at);
    return null;
  }

  #code() {
    const [run] = /^`+/.exec(this.text.slice(this.at));
    const from = this.at + run.length;
    const close = new RegExp(`(?<!\`)${run}(?!\`)`, "g");
    close.lastIndex = from;
    const found = close.exec(this.text);
    if (found) this.at = found.index + run.length;
    else if (!this.text.slice(from).trim()) return this.text.slice(0, this.at);
    else return this.text.replace(/`+$/, "") + run;
    return null;
  }

  #dollar() {
    const { text, at } = this;
    const end = closingDollar(text, at);
    const price = /\d|\s/.test(text[at + 1] ?? "");
    if (end >= 0) this.at = end + 1;
    else if (price || text.slice(at + 1).includes("$")) this.at++;
    else return this.#skip(-1, 1);
    return null;
  }

  /** A note's number waits until it is whole. */
  #note() {
    const [whole] = /^\[\^[^\]\s]{0,64}\]?/.exec(this.text.slice(this.at));
    if (this.at + whole.length === this.text.length && !whole.endsWith("]"))
      return this.text.slice(0, this.at);
    this.at += whole.length;
    return null;
  }

  #bracket() {
    const opened = this.brackets.pop();
    this.at++;
    if (opened === undefined || this.text[this.at] !== "(") return null;
    const end = this.text.indexOf(")", this.at);
    if (end >= 0) this.at = end + 1;
    else return this.#withoutBracket(this.text.slice(0, this.at - 1), opened);
    return null;
  }

  #withoutBracket(text, at) {
    const start = text[at - 1] === "!" ? at - 1 : at;
    return text.slice(0, start) + text.slice(at + 1);
  }

  #emphasis(char) {
    const { text, at } = this;
    let end = at;
    while (text[end] === char) end++;
    const marker = text.slice(at, end);
    const before = text[at - 1] ?? " ";
    const after = text[end] ?? "";
    const last = this.open.at(-1);
    this.at = end;
    if (char === "~" && marker.length !== 2) return null;
    if (char === "_" && /\w/.test(before) && /\w/.test(after)) return null;
    if (last?.marker[0] === char && /\S/.test(before)) return this.#shorten(last, marker, at);
    if (!after) return text.slice(0, at);
    if (/\S/.test(after)) this.open.push({ marker });
    return null;
  }

  #shorten(last, marker, at) {
    if (marker.length >= last.marker.length) this.open.pop();
    else if (this.at === this.text.length) return this.text.slice(0, at);
    else last.marker = last.marker.slice(marker.length);
    return null;
  }

  /** Closes what is open at the end of `shown`. */
  #close(shown) {
    const bracket = this.brackets.at(-1);
    const half =
      bracket !== undefined && shown[bracket] === "[" && shown.length - bracket < LONGEST_HELD;
    const text = half ? this.#withoutBracket(shown, bracket) : shown;
    if (!this.open.length) return text;
    return (
      text.trimEnd() +
      this.open
        .toReversed()
        .map(({ marker }) => marker)
        .join("")
    );
  }
}
