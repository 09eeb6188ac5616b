// Whether a message is kept to its model.
import assert from "node:assert/strict";
import { test } from "node:test";
import { OnlyThis } from "../../static/chat/models/only-this.js";
import { storage } from "./storage.mjs";

const MODELS = [{ id: "a", is_stood_in_for: true }, { id: "b" }];

test("only a model that another one stands in for can be kept to", () => {
  const choice = new OnlyThis(MODELS, null, 1);
  assert.deepEqual([choice.isOffered("a"), choice.isOffered("b"), choice.isOffered(null)], [true, false, false]);
  assert.deepEqual(choice.options("a"), {});
  choice.toggle();
  assert.deepEqual(choice.options("a"), { only_this: true });
  assert.deepEqual(choice.options("b"), {});
});

test("the choice outlives the page, for its person alone", () => {
  const kept = storage();
  new OnlyThis(MODELS, kept, 1).toggle();
  assert.equal(new OnlyThis(MODELS, kept, 1).isOn, true);
  assert.equal(new OnlyThis(MODELS, kept, 2).isOn, false);
  new OnlyThis(MODELS, kept, 1).toggle();
  assert.equal(new OnlyThis(MODELS, kept, 1).isOn, false);
});
