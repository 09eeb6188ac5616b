import assert from "node:assert/strict";
import { test } from "node:test";
import { CatchingUp } from "../../static/chat/catching-up.js";
import { ApiError, SignedOut } from "../../static/chat/api.js";
import { ServerClock, elapsed } from "../../static/chat/models/elapsed.js";
import { oneAtATime } from "../../static/chat/models/one-at-a-time.js";

test("elapsed time is written as a stopwatch shows it", () => {
  const times = [0, 7.9, 59, 60, 83, 3599, 3600, 3723, 36_000, -5];
  assert.deepEqual(times.map(elapsed), [
    "0:00",
    "0:07",
    "0:59",
    "1:00",
    "1:23",
    "59:59",
    "1:00:00",
    "1:02:03",
    "10:00:00",
    "0:00",
  ]);
});

/** A clock of a server that is 100 s ahead, and what drives it. */
function clockAhead() {
  const here = { wall: 1000, steady: 5 };
  const clock = new ServerClock(
    1100,
    () => here.wall,
    () => here.steady,
  );
  return { here, clock };
}

test("the server's time goes on with this browser's", () => {
  const { here, clock } = clockAhead();
  here.wall += 10;
  here.steady += 10;
  assert.equal(clock.now(), 1110);
});

test("time that was slept through counts", () => {
  const { here, clock } = clockAhead();
  here.wall += 3600;
  assert.equal(clock.now(), 4700);
});

test("a clock that is set back does not take the server's time with it", () => {
  const { here, clock } = clockAhead();
  here.steady += 10;
  here.wall -= 3590;
  assert.equal(clock.now(), 1110);
});

test("what has happened at the server can't be in the future", () => {
  const clock = new ServerClock(
    undefined,
    () => 1000,
    () => 5,
  );
  clock.saw(1060);
  assert.equal(clock.now(), 1060);
  clock.saw(1000);
  clock.saw(null);
  assert.equal(clock.now(), 1060);
});

/** An act that ends when the test says so. */
function slow() {
  const runs = [];
  return { runs, act: () => new Promise((done, failed) => runs.push({ done, failed })) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test("what is asked for while it is being asked is asked once more after that", async () => {
  const { runs, act } = slow();
  const run = oneAtATime(act);
  const all = [run(), run(), run()];
  assert.equal(runs.length, 1);
  runs[0].done();
  await soon();
  assert.equal(runs.length, 2);
  runs[1].done();
  await Promise.all(all);
  assert.equal(runs.length, 2);
});

test("a failure reaches the one who asked, and nobody else", async () => {
  const { runs, act } = slow();
  const run = oneAtATime(act);
  const [first, second] = [run(), run()];
  runs[0].failed(new Error("lost"));
  await assert.rejects(first, /lost/);
  await soon();
  runs[1].done();
  await second;
});

/** A page that catches up while `error` is in the way. */
function behind(error, connected = true) {
  const page = { timers: [], failures: [], asked: 0, error };
  const ask = async () => {
    page.asked += 1;
    if (page.error) throw page.error;
  };
  page.catchingUp = new CatchingUp({
    summaries: { catchUp: ask },
    folders: () => ({ catchUp: ask }),
    session: { reload: ask },
    socket: { connected },
    world: { setTimeout: (run, wait) => page.timers.push({ run, wait }), random: () => 0.5 },
    failed: (failure) => page.failures.push(failure),
  });
  return page;
}

test("a server that can't say what was missed is asked again, and nobody is bothered", async () => {
  const page = behind(new ApiError(503));
  await page.catchingUp.all();
  assert.deepEqual([page.asked, page.failures], [1, []]);
  page.error = null;
  page.timers[0].run();
  await soon();
  assert.deepEqual([page.asked, page.timers.length], [4, 1]);
});

test("without a connection nothing more is asked until there is one", async () => {
  const page = behind(new TypeError("Failed to fetch"), false);
  await page.catchingUp.open();
  assert.deepEqual([page.timers, page.failures], [[], []]);
});

test("a session that ended and a conversation that is gone are told", async () => {
  for (const error of [new SignedOut(), new ApiError(404)]) {
    const page = behind(error);
    await page.catchingUp.open();
    assert.deepEqual([page.failures, page.timers], [[error], []]);
  }
});

test("pages that are told the same at once do not ask at once", async () => {
  const page = behind(null);
  page.catchingUp.allInAWhile();
  assert.equal(page.asked, 0);
  const [{ run, wait }] = page.timers;
  assert.ok(wait >= 0 && wait <= 2_000);
  run();
  await soon();
  assert.equal(page.asked, 3);
});
