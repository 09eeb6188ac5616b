import assert from "node:assert/strict";
import { test } from "node:test";
import { diff, likeness, words } from "../../static/chat/models/diff.js";

const shown = (before, after) =>
  diff(before, after)
    .map(({ kind, text }) => ({ same: text, removed: `[-${text}-]`, added: `{+${text}+}` })[kind])
    .join("");
const without = (kind, pieces) =>
  pieces.filter((piece) => piece.kind !== kind).map(({ text }) => text).join("");

test("words are words, and letters where none are parted by spaces", () => {
  assert.deepEqual(words("It's 3 PM."), ["It's", " ", "3", " ", "PM", "."]);
  assert.deepEqual(words("量子abc力学"), ["量", "子", "abc", "力", "学"]);
  assert.deepEqual(words("a\n\nb"), ["a", "\n", "\n", "b"]);
  assert.deepEqual(words("ความ"), ["ค", "ว", "า", "ม"]);
  assert.deepEqual(words(""), []);
});

test("what differs is shown word by word", () => {
  assert.equal(shown("The sky is blue.", "The sea is blue."), "The [-sky-]{+sea+} is blue.");
  assert.equal(shown("天空是蓝色的", "大海是蓝色的"), "[-天空-]{+大海+}是蓝色的");
  assert.equal(shown("same", "same"), "same");
  assert.equal(shown("", "new"), "{+new+}");
  assert.equal(shown("old", ""), "[-old-]");
});

test("words changed one after the other are one change", () => {
  assert.equal(shown("a big red dog", "a small blue dog"), "a [-big red-]{+small blue+} dog");
});

test("both texts can be read from the pieces, whatever they are", () => {
  const alphabet = ["a", "b", " ", "\n", "量", "子", ".", "word"];
  let seed = 7;
  const random = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  const text = () => Array.from({ length: random(40) }, () => alphabet[random(8)]).join("");
  for (let round = 0; round < 300; round += 1) {
    const [before, after] = [text(), text()];
    const pieces = diff(before, after);
    assert.equal(without("added", pieces), before);
    assert.equal(without("removed", pieces), after);
  }
});

test("long texts are compared by lines first, and lines that changed by words", () => {
  const lines = Array.from({ length: 1_500 }, (_, n) => `line ${n} has words`);
  const other = [...lines];
  other[10] = "line 10 has letters";
  other[1_490] = "another";
  const pieces = diff(lines.join("\n"), other.join("\n"));
  assert.ok(pieces.some(({ kind, text }) => kind === "added" && text === "letters"));
  assert.equal(without("removed", pieces), other.join("\n"));
});

test("texts too long to be compared count as replaced", () => {
  const pieces = diff("a ".repeat(5_000), "b ".repeat(5_000));
  assert.deepEqual(pieces.map(({ kind }) => kind), ["removed", "added"]);
});

test("likeness says how much stayed", () => {
  assert.equal(likeness(diff("a b", "a b")), 1);
  assert.equal(likeness(diff("x", "y")), 0);
  assert.equal(likeness([]), 1);
});
