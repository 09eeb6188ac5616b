import assert from "node:assert/strict";
import { test } from "node:test";
import { Undoing } from "../../static/chat/models/undoing.js";
import { World } from "./world.mjs";

function undoing() {
  const world = new World();
  const over = [];
  return { world, over, model: new Undoing(world, 10_000, () => over.push(world.clock)) };
}

test("what can be taken back can't any more when its time is over", () => {
  const { world, over, model } = undoing();
  model.add(["c1"]);
  assert.equal(world.timers.at(-1).wait, 10_000);
  world.wait();
  assert.equal(over.length, 1);
  assert.deepEqual(model.take(), []);
});

test("the time stands still while anything holds it, and goes on where it was", () => {
  const { world, over, model } = undoing();
  model.add(["c1"]);
  world.clock = 4_000;
  model.hold("pointer");
  model.hold("focus");
  world.clock = 60_000;
  world.wait();
  assert.deepEqual(over, []);
  model.release("pointer");
  world.wait();
  assert.deepEqual(over, []);
  model.release("focus");
  assert.equal(world.timers.at(-1).wait, 6_000);
  world.wait();
  assert.equal(over.length, 1);
});

test("what is done meanwhile joins it, and the time begins anew", () => {
  const { world, model } = undoing();
  model.add(["c1"]);
  world.clock = 9_000;
  model.add(["c2", "c3"]);
  assert.equal(world.timers.at(-1).wait, 10_000);
  assert.deepEqual(model.take(), ["c1", "c2", "c3"]);
  assert.deepEqual(model.take(), []);
});

test("what was taken is over for nobody", () => {
  const { world, over, model } = undoing();
  model.add(["c1"]);
  model.take();
  world.wait();
  assert.deepEqual(over, []);
});
