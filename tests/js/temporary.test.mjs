import assert from "node:assert/strict";
import { test } from "node:test";
import { TemporaryChoice } from "../../static/chat/models/temporary.js";

const lasting = { id: "conv_1", expires_at: null };
const temporary = { id: "conv_1", expires_at: "2026-01-02T03:04:05+00:00" };

test("it is chosen before the first message, and said with it", () => {
  const choice = new TemporaryChoice();
  assert.deepEqual(choice.options(), {});
  choice.toggle();
  assert.equal(choice.isOn, true);
  assert.deepEqual(choice.options(), { temporary: true });
  choice.toggle();
  assert.deepEqual(choice.options(), {});
});

test("once something is stored, the server says whether it is temporary", () => {
  const choice = new TemporaryChoice();
  choice.open(temporary);
  assert.equal(choice.isOn, true);
  assert.equal(choice.until.getTime(), Date.UTC(2026, 0, 2, 3, 4, 5));
  choice.toggle();
  assert.deepEqual(choice.options(), {});
  choice.changed(lasting);
  assert.equal(choice.isOn, false);
  assert.equal(choice.until, null);
});

test("the next new conversation is a lasting one", () => {
  const choice = new TemporaryChoice();
  choice.toggle();
  choice.open(null);
  assert.equal(choice.isOn, false);
});
