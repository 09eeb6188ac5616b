import assert from "node:assert/strict";
import { test } from "node:test";
import { lastWins } from "../../static/chat/models/last-wins.js";

const soon = () => new Promise((resolve) => setImmediate(resolve));

/** What is said, and the means to have it heard. */
function slow() {
  const said = [];
  const say = (choice) =>
    new Promise((resolve, reject) => said.push({ choice, resolve, reject }));
  return { said, choose: lastWins(say) };
}

test("choices are said one at a time, and of those that wait only the last", async () => {
  const { said, choose } = slow();
  const all = ["a", "b", "c"].map(choose);
  await soon();
  assert.deepEqual(said.map(({ choice }) => choice), ["c"], "nothing was on its way yet");
  const more = ["d", "e"].map(choose);
  await soon();
  assert.equal(said.length, 1);
  said[0].resolve("C");
  await soon();
  assert.deepEqual(said.map(({ choice }) => choice), ["c", "e"]);
  said[1].resolve("E");
  assert.deepEqual(await Promise.all([...all, ...more]), [null, null, "C", null, "E"]);
});

test("a choice that fails is told to who made it, and does not hold up the next", async () => {
  const { said, choose } = slow();
  const first = choose("a");
  await soon();
  const second = choose("b");
  said[0].reject(new Error("lost"));
  await assert.rejects(first, /lost/);
  await soon();
  said[1].resolve("B");
  assert.equal(await second, "B");
});
