// What a search found: the marked pieces, and the address of a message.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, pieces, standing } from "../../static/chat/models/excerpts.js";

const written = (text, marks) =>
  pieces(text, marks).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join("");

for (const [text, marks, expected] of [
  ["a lighthouse", [[2, 12]], "a [lighthouse]"],
  ["light and light", [[0, 5], [10, 15]], "[light] and [light]"],
  ["nothing", [], "nothing"],
  ["😀 light", [[2, 7]], "😀 [light]"],
  ["", [], ""],
]) {
  test(`"${text}" is marked where its words were found`, () => {
    assert.equal(written(text, marks), expected);
  });
}

test("a message has an address of its own in its conversation", () => {
  assert.equal(addressOf("conv_1", "resp_1"), "/c/conv_1?response=resp_1");
  assert.equal(addressOf("conv_1"), "/c/conv_1");
});

test("a conversation says its folder, its tags and whether it is put away", () => {
  const hit = { folder: "Travels", tags: ["to read", "lamps"], archived: true };
  assert.equal(standing(hit, "Archived"), "Travels · #to read · #lamps · Archived");
  assert.equal(standing({ folder: null, tags: [], archived: false }, "Archived"), "");
  assert.equal(standing({}, "Archived"), "");
});
