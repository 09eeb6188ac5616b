import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { backoff } from "../../static/chat/models/backoff.js";
import { Socket } from "../../static/chat/socket.js";

let sockets, timers, clock, log, socket;

class FakeWebSocket {
  constructor(url) {
    Object.assign(this, { url, readyState: 0, sent: [] });
    sockets.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  say(...frames) {
    this.onmessage?.({ data: frames.map((frame) => JSON.stringify(frame)).join("\n") });
  }
  close(code = 1000) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const world = {
  WebSocket: FakeWebSocket,
  setTimeout: (run, wait) => timers.push({ run, wait }),
  clearTimeout: () => {},
  now: () => clock,
  random: () => 0.5,
};

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
const reconnect = () => {
  sockets.at(-1).close(1006);
  timers.at(-1).run();
  sockets.at(-1).open();
  return sockets.at(-1);
};

beforeEach(() => {
  [sockets, timers, log, clock] = [[], [], [], 0];
  socket = new Socket("ws://test/ws", handlers, world);
  socket.connect();
  sockets[0].open();
});

test("the lines of one frame are handled in order", () => {
  socket.follow("r1", null);
  sockets[0].say(delta(0), delta(1), delta(2));
  assert.deepEqual(applied(), [0, 1, 2]);
});

test("after a reconnect every running answer goes on behind the last event applied", () => {
  socket.follow("r1", null);
  socket.follow("r2", 7);
  sockets[0].say(delta(0), delta(1));
  assert.deepEqual(reconnect().sent, [
    { type: "response.follow", response_id: "r1", starting_after: 1 },
    { type: "response.follow", response_id: "r2", starting_after: 7 },
  ]);
});

test("repeated events are dropped", () => {
  socket.follow("r1", 4);
  sockets[0].say(delta(3), delta(4), delta(5), delta(5), delta(6));
  assert.deepEqual(applied(), [5, 6]);
});

test("a gap is asked for once and nothing behind it is applied before it is filled", () => {
  socket.follow("r1", null);
  sockets[0].say(delta(0), delta(2), delta(3));
  assert.deepEqual(applied(), [0]);
  assert.deepEqual(sockets[0].sent.slice(1), [
    { type: "response.follow", response_id: "r1", starting_after: 0 },
  ]);
  sockets[0].say(delta(1), delta(2), delta(3));
  assert.deepEqual(applied(), [0, 1, 2, 3]);
});

test("a snapshot replaces what was known and live events go on after it", () => {
  socket.follow("r1", 2);
  sockets[0].say(
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
  sockets[0].say(snapshot("cancelled", 90));
  assert.equal(log.at(-1)[0], "snapshot");
  assert.deepEqual(sockets[0].sent.at(-1), {
    type: "response.ack",
    response_id: "r1",
    sequence_number: 90,
  });
  assert.deepEqual(reconnect().sent, []);
});

test("a message not acknowledged before the loss is sent again with the same key", () => {
  const frame = { type: "response.create", client_key: "k1", input: "hello" };
  socket.create(frame);
  assert.deepEqual(reconnect().sent, [frame]);
});

test("an acknowledged message is not sent again, and its answer is followed from the start", () => {
  socket.create({ type: "response.create", client_key: "k1", input: "hello" });
  sockets[0].say(
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
  sockets[0].say(accepted, delta(0), delta(1), accepted, delta(2));
  assert.deepEqual(applied(), [0, 1, 2]);
});

test("a message sent while offline leaves when the connection is back", () => {
  sockets[0].close(1006);
  socket.create({ type: "response.create", client_key: "k1" });
  timers.at(-1).run();
  sockets[1].open();
  assert.equal(sockets[1].sent[0].client_key, "k1");
});

test("the end of an answer is acknowledged and the answer is not followed again", () => {
  socket.follow("r1", null);
  sockets[0].say(delta(0), delta(1, "r1", "response.completed"));
  assert.deepEqual(sockets[0].sent.at(-1), {
    type: "response.ack",
    response_id: "r1",
    sequence_number: 1,
  });
  assert.deepEqual(reconnect().sent, []);
});

test("what was drawn is acknowledged after a second or 64 KiB", () => {
  socket.follow("r1", null);
  sockets[0].say(delta(0));
  socket.drawn("r1");
  assert.equal(sockets[0].sent.length, 1);
  clock = 1000;
  socket.drawn("r1");
  assert.deepEqual(sockets[0].sent.at(-1), {
    type: "response.ack",
    response_id: "r1",
    sequence_number: 0,
  });
  sockets[0].say({ ...delta(1), delta: "x".repeat(70_000) });
  socket.drawn("r1");
  assert.equal(sockets[0].sent.at(-1).sequence_number, 1);
});

test("events of an answer nobody follows are dropped", () => {
  sockets[0].say(delta(0, "other"));
  assert.deepEqual(applied(), []);
});

test("a refused message is not sent again", () => {
  socket.create({ type: "response.create", client_key: "k1" });
  sockets[0].say({ type: "error", status: 429, error: { message: "busy" }, client_key: "k1" });
  assert.deepEqual(reconnect().sent, []);
});

test("an answer that can't be followed just now is asked for again", () => {
  socket.follow("r1", 4);
  sockets[0].say({ type: "error", status: 503, error: { message: "busy" }, stream_id: "r1" });
  timers.at(-1).run();
  const again = { type: "response.follow", response_id: "r1", starting_after: 4 };
  assert.deepEqual(sockets[0].sent, [again, again]);
});

test("an answer that is gone is not followed any more", () => {
  socket.follow("r1", 4);
  sockets[0].say({ type: "error", status: 404, error: { message: "gone" }, stream_id: "r1" });
  assert.deepEqual(reconnect().sent, []);
});

test("an error event inside an answer is an event, not a refusal", () => {
  socket.follow("r1", null);
  sockets[0].say(delta(0, "r1", "error"), delta(1, "r1", "response.failed"));
  assert.deepEqual(applied(), [0, 1]);
});

test("a stop pressed while offline is said when the connection is back, until the end is seen", () => {
  socket.follow("r1", 3);
  sockets[0].close(1006);
  socket.cancel("r1");
  timers.at(-1).run();
  sockets[1].open();
  assert.deepEqual(sockets[1].sent.at(-1), { type: "response.cancel", response_id: "r1" });
  sockets[1].say(delta(4, "r1", "response.incomplete"));
  assert.deepEqual(reconnect().sent, []);
});

test("signed out means no further attempt", () => {
  sockets[0].close(4401);
  assert.deepEqual(log.at(-1), ["signedOut"]);
  assert.equal(timers.length, 0);
});

test("the wait doubles up to eight seconds and starts small again after a steady connection", () => {
  for (let attempt = 0; attempt < 9; attempt++) {
    sockets.at(-1).close(1006);
    timers.at(-1).run();
  }
  assert.deepEqual(timers.map(({ wait }) => wait).slice(0, 4), [375, 750, 1500, 3000]);
  assert.equal(timers.at(-1).wait, 6_000);
  clock = 10_000;
  sockets.at(-1).close(1006);
  assert.equal(timers.at(-1).wait, 375);
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
  sockets[1].open();
  sockets[0].say(delta(4));
  assert.deepEqual(applied(), []);
  assert.deepEqual(sockets[1].sent, [
    { type: "response.follow", response_id: "r1", starting_after: 3 },
  ]);
});
