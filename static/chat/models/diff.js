// What differs between two texts, word by word; in scripts without spaces, letter by letter.

const UNSPACED = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => `\\p{Script=${script}}`)
  .join("");
const WORDS = new RegExp(
  `[${UNSPACED}]\\p{M}*|\\n|[^\\S\\n]+|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}_'’])+|.`,
  "gsu",
);
const LINES = /[^\n]*\n|[^\n]+/g;

/** So many pairs of words are looked at: of longer texts first the lines are compared. */
const MOST_PAIRS = 4_000_000;

/**
 * @typedef {object} Piece
 * @property {"same" | "removed" | "added"} kind
 * @property {string} text
 */

/** @param {string} text @returns {string[]} words, letters of unspaced scripts, spaces and signs */
export const words = (text) => text.match(WORDS) ?? [];

/**
 * @param {string} before @param {string} after
 * @returns {Piece[]} those removed and the same ones are the text before, those added and the same
 *   ones the text after
 */
export function diff(before, after) {
  const [one, other] = [words(before), words(after)];
  const pieces = compared(one, other) ?? byLines(before, after);
  return joined(pieces);
}

/** @param {Piece[]} pieces @returns {number} how much of both texts is the same, from 0 to 1 */
export function likeness(pieces) {
  let [same, all] = [0, 0];
  for (const { kind, text } of pieces) {
    const weight = kind === "same" ? 2 * text.length : text.length;
    if (kind === "same") same += weight;
    all += weight;
  }
  return all ? same / all : 1;
}

/** Lines that stay, and between them what became of the others, by words where they are not too many. */
function byLines(before, after) {
  const lines = (text) => text.match(LINES) ?? [];
  const pieces = compared(lines(before), lines(after));
  if (!pieces) return replaced([before], [after]);
  return joined(pieces).flatMap((piece, index, all) => {
    const { kind, text } = piece;
    if (kind === "removed" && all[index + 1]?.kind === "added") {
      const next = all[index + 1].text;
      return compared(words(text), words(next)) ?? replaced([text], [next]);
    }
    return kind === "added" && all[index - 1]?.kind === "removed" ? [] : [piece];
  });
}

/** @returns {Piece[] | null} null where they are too many; what both begin and end with costs nothing */
function compared(one, other) {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [mine, theirs] = [one, other].map((list) => list.slice(start, list.length - end));
  if (mine.length * theirs.length > MOST_PAIRS) return null;
  const same = (list) => list.map((text) => ({ kind: "same", text }));
  return [
    ...same(one.slice(0, start)),
    ...changes(mine, theirs),
    ...same(one.slice(one.length - end)),
  ];
}

/** The longest that both have in common, and what goes and comes between. */
function changes(one, other) {
  const width = other.length + 1;
  const common = new Uint32Array((one.length + 1) * width); // of what is left of each
  for (let x = one.length - 1; x >= 0; x -= 1) {
    for (let y = other.length - 1; y >= 0; y -= 1) {
      const at = x * width + y;
      common[at] =
        one[x] === other[y]
          ? common[at + width + 1] + 1
          : Math.max(common[at + width], common[at + 1]);
    }
  }
  const pieces = [];
  let [x, y] = [0, 0];
  while (x < one.length && y < other.length) {
    const at = x * width + y;
    if (one[x] === other[y]) {
      pieces.push({ kind: "same", text: one[x] });
      x += 1;
      y += 1;
    } else if (common[at + width] >= common[at + 1]) pieces.push({ kind: "removed", text: one[x++] });
    else pieces.push({ kind: "added", text: other[y++] });
  }
  return [...pieces, ...replaced(one.slice(x), other.slice(y))];
}

const replaced = (one, other) => [
  ...one.map((text) => ({ kind: "removed", text })),
  ...other.map((text) => ({ kind: "added", text })),
];

/** Of what changed between two that stay, what was goes first; a space alone between does not stay. */
function joined(pieces) {
  const result = [];
  const changed = { removed: "", added: "" };
  const flush = () => {
    for (const kind of ["removed", "added"]) {
      if (changed[kind]) result.push({ kind, text: changed[kind] });
      changed[kind] = "";
    }
  };
  pieces.forEach(({ kind, text }, index) => {
    const next = pieces[index + 1]?.kind ?? "same";
    const isChanging = changed.removed || changed.added;
    if (kind !== "same") changed[kind] += text;
    else if (isChanging && next !== "same" && /^[^\S\n]+$/.test(text)) {
      changed.removed += text;
      changed.added += text;
    } else {
      flush();
      if (result.at(-1)?.kind === "same") result.at(-1).text += text;
      else result.push({ kind, text });
    }
  });
  flush();
  return result;
}
