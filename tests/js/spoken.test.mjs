// An answer as it is read out when it has ended.
import assert from "node:assert/strict";
import { test } from "node:test";
import { spoken } from "../../static/chat/models/spoken.js";

for (const [text, expected] of [
  ["Red is **warm**, `blue` is _cold_.", "Red is warm, blue is cold."],
  ["# Colours\n\n- red\n- blue\n\n> Mix them.", "Colours red blue Mix them."],
  ["See [the wheel](https://example.org/wheel).", "See the wheel."],
  ["| a | b |\n| --- | --- |\n| 1 | 2 |", "a b 1 2"],
  ["So:\n\n```python\nprint(1)\n```", "So: print(1)"],
  ["one\ntwo  \nthree", "one two three"],
  ["2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"],
  ["", ""],
]) {
  test(`${JSON.stringify(text)} is read out whole, as "${expected}"`, () => {
    assert.deepEqual(spoken(text), { whole: expected });
  });
}

test("of a long answer its last paragraph is read out", () => {
  const text = `${"Many words. ".repeat(60)}\n\nDo you want **more**?`;
  assert.deepEqual(spoken(text), { end: "Do you want more?" });
});

test("of a long paragraph its last words are read out, from where one begins", () => {
  const { end } = spoken("lighthouse ".repeat(100));
  assert.match(end, /^…(lighthouse )+lighthouse$/);
  assert.ok(end.length <= 201);
});

test("words without spaces between them are cut where they must be", () => {
  const { end } = spoken("灯".repeat(1000));
  assert.equal(end, `…${"灯".repeat(200)}`);
});
