import assert from "node:assert/strict";
import { test } from "node:test";
import { isCompaction, isSealed, isTooLong } from "../../static/chat/models/compaction.js";
import { Gauge, isNearlyFull, shareOf } from "../../static/chat/models/gauge.js";
import { money, percent } from "../../static/chat/models/money.js";

/** Timers that go off when the test lets time pass. */
class Clock {
  now = 0;
  timers = [];
  setTimeout = (run, wait) => this.timers.push({ run, at: this.now + wait });
  clearTimeout = (id) => delete this.timers[id - 1];
  pass(time) {
    this.now += time;
    for (const [id, timer] of Object.entries(this.timers)) {
      if (timer.at > this.now) continue;
      delete this.timers[id];
      timer.run();
    }
  }
}

const draft = (input) => ({ model: "m1", previous_response_id: "r1", input });

function gaugeOf(answer) {
  const world = new Clock();
  const asked = [];
  const shown = [];
  const gauge = new Gauge(
    async (what) => {
      asked.push([what.input, what.exact]);
      return answer(what);
    },
    world,
    (estimate) => shown.push(estimate),
  );
  return { gauge, world, asked, shown };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("it asks when the writing pauses, and has it counted when it pauses longer", async () => {
  const { gauge, world, asked, shown } = gaugeOf(({ exact }) => ({ exact }));
  for (const text of ["W", "Wh", "Why?"]) {
    gauge.look(draft(text));
    world.pass(300);
  }
  assert.deepEqual(asked, []);
  world.pass(300);
  world.pass(2_000);
  await settle();
  assert.deepEqual(asked, [
    ["Why?", false],
    ["Why?", true],
  ]);
  assert.deepEqual(shown, [{ exact: false }, { exact: true }]);
});

test("of a conversation that is only open nothing is counted by the provider", async () => {
  const { gauge, world, asked } = gaugeOf(() => ({}));
  gauge.look(draft(""));
  world.pass(5_000);
  assert.deepEqual(asked, [["", false]]);
  gauge.look({ ...draft(""), files: ["file_1"] });
  world.pass(5_000);
  assert.deepEqual(asked.slice(1), [
    ["", false],
    ["", true],
  ]);
});

test("the same draft is asked for once", async () => {
  const { gauge, world, asked } = gaugeOf(() => ({}));
  gauge.look(draft("Why?"));
  world.pass(2_000);
  gauge.look(draft("Why?"));
  world.pass(2_000);
  assert.equal(asked.length, 2);
});

test("an answer about an older draft is not shown, nor one that is missing", async () => {
  const { gauge, world, shown } = gaugeOf(({ input }) => {
    if (input === "b") throw new Error("no");
    return { input };
  });
  gauge.look(draft("a"));
  world.pass(600);
  gauge.look(draft("b"));
  await settle();
  world.pass(2_000);
  await settle();
  gauge.look(null);
  assert.deepEqual(shown, [null, null]);
});

test("the context is nearly full from four fifths on, where its size is known", () => {
  assert.equal(shareOf({ input_tokens: 5, context_window: 10 }), 0.5);
  assert.equal(shareOf({ input_tokens: 5, context_window: null }), null);
  assert.ok(isNearlyFull({ input_tokens: 8, context_window: 10 }));
  assert.ok(!isNearlyFull({ input_tokens: 7, context_window: 10 }));
  assert.ok(!isNearlyFull({ input_tokens: 7, context_window: null }));
});

test("amounts are told apart from nothing, and not to the last figure", () => {
  assert.equal(money({ amount: "0.00412300", currency: "USD" }), "$0.0041");
  assert.equal(money({ amount: "1.23456", currency: "USD" }), "$1.23");
  assert.equal(money({ amount: "0.00000000", currency: "EUR" }), "€0.00");
  assert.equal(percent(0.123), "12%");
  assert.equal(percent(0.0123), "1.2%");
});

test("a compaction is known by its input, one that nobody can read by its output", () => {
  assert.ok(isCompaction({ input: [{ type: "compaction_trigger" }] }));
  assert.ok(!isCompaction({ input: "text" }));
  assert.ok(!isCompaction({ input: [] }));
  assert.ok(isSealed({ output: [{ type: "message" }, { type: "compaction" }] }));
  assert.ok(!isSealed({}));
});

test("only a failure says that the conversation was too long", () => {
  const error = { code: "context_length_exceeded" };
  assert.ok(isTooLong({ status: "failed", error }));
  assert.ok(!isTooLong({ status: "failed", error: { code: "quota" } }));
  assert.ok(!isTooLong({ status: "completed", error: null }));
});
