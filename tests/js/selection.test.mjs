import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST, Selection } from "../../static/chat/models/selection.js";

const shown = ["a", "b", "c", "d", "e"];

test("a range goes from the last one touched to this one, either way", () => {
  const selection = new Selection();
  selection.set("d", true, shown, false);
  selection.set("b", true, shown, true);
  assert.deepEqual([...selection.ids].sort(), ["b", "c", "d"]);
  selection.set("c", false, shown, true);
  assert.deepEqual([...selection.ids], ["d"]);
});

test("what is gone from the list is chosen no more", () => {
  const selection = new Selection();
  selection.all(shown);
  selection.keep(["b", "x"]);
  assert.deepEqual([...selection.ids], ["b"]);
});

test("no more are chosen than the server changes at once", () => {
  const selection = new Selection();
  selection.all(Array.from({ length: MOST + 5 }, (_, n) => String(n)));
  selection.set("one more", true, shown, false);
  assert.equal(selection.size, MOST);
});
