// The lines of a patch as the API writes it: V4A hunks, or plain unified diffs.

const KINDS = { "+": "added", "-": "removed", "@": "place" };
const HEAD = /^(?:\+\+\+ |--- |\*\*\* |diff |index )/;

/** @param {string} text @returns {{kind: "added" | "removed" | "place" | "same", text: string}[]} */
export function diffLines(text) {
  const lines = text.replace(/\n$/, "").split("\n");
  return lines.map((line) => ({
    kind: HEAD.test(line) ? "place" : (KINDS[line[0]] ?? "same"),
    text: line,
  }));
}
