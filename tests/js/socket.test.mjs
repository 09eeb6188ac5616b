import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { backoff } from "../../static/chat/models/backoff.js";
import { Socket } from "../../static/chat/socket.js";
import { World } from "./world.mjs";

let world, log, socket;

const record =
  (name) =>
  (...values) =>
    log.push([name, ...values]);
const handlers = Object.fromEntries(
  ["event", "snapshot", "accepted", "error", "notice", "connection", "signedOut"].map((name) => [
    name,
    record(name),
  ]),
);
const delta = (sequence, id = "r1", type = "response.output_text.delta") => ({
  type,
  stream_id: id,
  sequence_number: sequence,
});
const snapshot = (status, sequence, id = "r1") => ({
  type: "response.snapshot",
  stream_id: id,
  response: { id, status, sequence_number: sequence },
});
const applied = () =>
  log.filter(([name]) => name === "event").map(([, event]) => event.sequence_number);
const logged = (name) => log.filter(([logged]) => logged === name).map(([, ...values]) => values);
const say = (...frames) => world.socket.say(...frames);
const reconnect = () => world.reconnect();

beforeEach(() => {
  [world, log] = [new World(), []];
  socket = new Socket("ws://test/ws", handlers, world);
  socket.connect();
  world.socket.open();
});

test("the lines of one frame are handled in order", () => {
  socket.follow("r1", null);
  say(delta(0), delta(1), delta(2));
  assert.deepEqual(applied(), [0, 1, 2]);
});

test("after a reconnect every running answer goes on behind the last event applied", () => {
  socket.follow("r1", null);
  socket.follow("r2", 7);
  say(delta(0), delta(1));
  assert.deepEqual(reconnect().sent, [
    { type: "response.follow", response_id: "r1", starting_after: 1 },
    { type: "response.follow", response_id: "r2", starting_after: 7 },
  ]);
});

test("repeated events are dropped", () => {
  socket.follow("r1", 4);
  say(delta(3), delta(4), delta(5), delta(5), delta(6));
  assert.deepEqual(applied(), [5, 6]);
});

test("a gap is asked for once and nothing behind it is applied before it is filled", () => {
  socket.follow("r1", null);
  say(delta(0), delta(2), delta(3));
  assert.deepEqual(applied(), [0]);
  assert.deepEqual(world.sockets[0].sent.slice(1), [
    { type: "response.follow", response_id: "r1", starting_after: 0 },
  ]);
  say(delta(1), delta(2), delta(3));
  assert.deepEqual(applied(), [0, 1, 2, 3]);
});

test("a snapshot replaces what was known and live events go on after it", () => {
  socket.follow("r1", 2);
  say(
    snapshot("in_progress", 90),
    delta(90),
    delta(91),
  );
  assert.deepEqual(applied(), [91]);
  assert.equal(log.find(([name]) => name === "snapshot")[2].sequence_number, 90);
});

test("an answer whose snapshot is finished is acknowledged and asked for no more", () => {
  socket.follow("r1", 2);
  socket.cancel("r1");
  say(snapshot("cancelled", 90));
  assert.equal(log.at(-1)[0], "snapshot");
  assert.deepEqual(world.sockets[0].sent.at(-1), {
    type: "response.ack",
    response_id: "r1",
    sequence_number: 90,
  });
  assert.deepEqual(reconnect().sent, []);
});

test("the answer to an acknowledged message is followed from the start", () => {
  say(
    { type: "response.accepted", client_key: "k1", response: { id: "r1" } },
    delta(0),
    delta(1),
  );
  assert.deepEqual(applied(), [0, 1]);
  assert.deepEqual(reconnect().sent, [
    { type: "response.follow", response_id: "r1", starting_after: 1 },
  ]);
});

test("a second acknowledgement keeps the place in the answer", () => {
  const accepted = { type: "response.accepted", client_key: "k1", response: { id: "r1" } };
  say(accepted, delta(0), delta(1), accepted, delta(2));
  assert.deepEqual(applied(), [0, 1, 2]);
});

test("a snapshot may go back, and the numbers after it may jump", () => {
  socket.follow("r1", null);
  say(delta(0), delta(1), delta(2), snapshot("in_progress", 1), delta(2), delta(3));
  assert.deepEqual(applied(), [0, 1, 2, 2, 3]);
  say(snapshot("in_progress", 70), delta(71));
  assert.deepEqual(applied().slice(-1), [71]);
});

test("a snapshot of an answer without an event yet is followed from the first one on", () => {
  for (const none of [null, -1]) {
    socket.unfollow("r1");
    socket.follow("r1", 5);
    say(snapshot("queued", none));
    assert.equal(reconnect().sent[0].starting_after, null);
  }
});

test("the end of an answer is acknowledged and the answer is not followed again", () => {
  socket.follow("r1", null);
  say(delta(0), delta(1, "r1", "response.completed"));
  assert.deepEqual(world.sockets[0].sent.at(-1), {
    type: "response.ack",
    response_id: "r1",
    sequence_number: 1,
  });
  assert.deepEqual(reconnect().sent, []);
});

test("what was drawn is acknowledged after a second or 64 KiB", () => {
  socket.follow("r1", null);
  say(delta(0));
  socket.drawn("r1");
  assert.equal(world.sockets[0].sent.length, 1);
  world.clock = 1000;
  socket.drawn("r1");
  assert.deepEqual(world.sockets[0].sent.at(-1), {
    type: "response.ack",
    response_id: "r1",
    sequence_number: 0,
  });
  say({ ...delta(1), delta: "x".repeat(70_000) });
  socket.drawn("r1");
  assert.equal(world.sockets[0].sent.at(-1).sequence_number, 1);
});

test("events of an answer nobody follows are dropped", () => {
  say(delta(0, "other"));
  assert.deepEqual(applied(), []);
});

test("an answer that can't be followed just now is asked for again", () => {
  socket.follow("r1", 4);
  say({ type: "error", status: 503, error: { message: "busy" }, stream_id: "r1" });
  world.wait();
  const again = { type: "response.follow", response_id: "r1", starting_after: 4 };
  assert.deepEqual(world.sockets[0].sent, [again, again]);
});

test("an error that names nothing may have been about anything that runs", () => {
  socket.follow("r1", 4);
  socket.cancel("r1");
  say({ type: "error", status: 503, error: { message: "busy" } });
  world.sent.length = 0;
  world.wait();
  assert.deepEqual(world.sent, [
    { type: "response.follow", response_id: "r1", starting_after: 4 },
    { type: "response.cancel", response_id: "r1" },
  ]);
});

test("a refused change to a message leaves its answer followed", () => {
  socket.follow("r1", 4);
  const error = { code: "response_started", message: "too late" };
  say({ type: "error", status: 409, error, stream_id: "r1" });
  assert.equal(logged("error").length, 1);
  assert.equal(reconnect().sent[0].type, "response.follow");
});

test("hints about conversations and folders are passed on", () => {
  say(
    { type: "conversations.deleted", conversation_ids: ["c1"] },
    { type: "conversations.changed" },
    { type: "folders.updated", folders: [] },
  );
  assert.deepEqual(
    logged("notice").map(([frame]) => frame.type),
    ["conversations.deleted", "conversations.changed", "folders.updated"],
  );
});

test("a connection that was replaced may have lost what was said on it", () => {
  socket.restart();
  world.socket.open();
  assert.deepEqual(logged("connection"), [
    [true, 0],
    [true, 1],
  ]);
});

test("an answer that is gone is not followed any more", () => {
  socket.follow("r1", 4);
  say({ type: "error", status: 404, error: { message: "gone" }, stream_id: "r1" });
  assert.deepEqual(reconnect().sent, []);
});

test("an error event inside an answer is an event, not a refusal", () => {
  socket.follow("r1", null);
  say(delta(0, "r1", "error"), delta(1, "r1", "response.failed"));
  assert.deepEqual(applied(), [0, 1]);
});

test("a stop pressed while offline is said when the connection is back, until the end is seen", () => {
  socket.follow("r1", 3);
  world.sockets[0].close(1006);
  socket.cancel("r1");
  world.wait();
  world.sockets[1].open();
  assert.deepEqual(world.sockets[1].sent.at(-1), { type: "response.cancel", response_id: "r1" });
  say(delta(4, "r1", "response.incomplete"));
  assert.deepEqual(reconnect().sent, []);
});

test("signed out means no further attempt", () => {
  world.sockets[0].close(4401);
  assert.deepEqual(log.at(-1), ["signedOut"]);
  assert.equal(world.timers.length, 0);
});

test("the wait doubles up to eight seconds and starts small again after a steady connection", () => {
  for (let attempt = 0; attempt < 9; attempt++) {
    world.socket.close(1006);
    world.wait();
  }
  assert.deepEqual(world.timers.map(({ wait }) => wait).slice(0, 4), [375, 750, 1500, 3000]);
  assert.equal(world.timers.at(-1).wait, 6_000);
  world.clock = 10_000;
  world.socket.close(1006);
  assert.equal(world.timers.at(-1).wait, 375);
});

test("the wait always has jitter and never passes its ceiling", () => {
  assert.equal(
    backoff(0, () => 0),
    250,
  );
  assert.ok(backoff(20, () => 0.999) <= 8_000);
});

test("a connection that died asleep is replaced without a second one beside it", () => {
  socket.follow("r1", 3);
  socket.restart();
  world.sockets[1].open();
  world.sockets[0].say(delta(4));
  assert.deepEqual(applied(), []);
  assert.deepEqual(world.sockets[1].sent, [
    { type: "response.follow", response_id: "r1", starting_after: 3 },
  ]);
});
