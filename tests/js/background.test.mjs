import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { BackgroundChoice } from "../../static/chat/models/background.js";

let choice;

beforeEach(() => {
  choice = new BackgroundChoice([
    { id: "plain" },
    { id: "able", can_background: true, background: false },
    { id: "slow", can_background: true, background: true },
  ]);
});

test("it is offered only where the model can do it", () => {
  assert.deepEqual(
    ["plain", "able", "slow", "gone", null].map((id) => choice.isOffered(id)),
    [false, true, true, false, false],
  );
});

test("it begins as the model would have it", () => {
  assert.deepEqual(
    ["plain", "able", "slow"].map((id) => choice.of("c1", id)),
    [false, false, true],
  );
});

test("what the person chose holds for that conversation, with each model that can do it", () => {
  choice.set("c1", true);
  assert.deepEqual(
    ["plain", "able", "slow"].map((id) => choice.of("c1", id)),
    [false, true, true],
  );
  assert.equal(choice.of("c2", "able"), false);
});

test("a new conversation takes the choice along, and the next one begins afresh", () => {
  choice.set(null, true);
  choice.adopt("c1");
  assert.deepEqual([choice.of("c1", "able"), choice.of(null, "able")], [true, false]);
});
