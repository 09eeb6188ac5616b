import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { write } from "../../static/chat/models/letters.js";
import { Outbox } from "../../static/chat/models/outbox.js";
import { Sending } from "../../static/chat/sending.js";
import { Socket } from "../../static/chat/socket.js";
import { storage } from "./storage.mjs";
import { World } from "./world.mjs";

let kept, world, outbox, sending;

/** What a page is made of, over what was kept in the storage. */
function load() {
  world = new World();
  outbox = new Outbox(kept, 1);
  const ignored = () => {};
  const handlers = {
    connection: (connected) => connected && sending.connected(),
    accepted: (frame) => sending.accepted(frame),
    error: (frame) => sending.refused(frame),
    signedOut: ignored,
  };
  const socket = new Socket("ws://test/ws", handlers, world);
  sending = new Sending(outbox, socket, world);
  socket.connect();
}

function letter(text, previous = null) {
  const place = { previous_response_id: previous };
  return write({ input: text, conversation: "c1", ...place }, place, "c1");
}

const accepted = ({ key }, id) => ({
  type: "response.accepted",
  client_key: key,
  conversation: { id: "c1" },
  response: { id, status: "queued" },
});
const busy = (more) => ({ type: "error", status: 503, error: { message: "busy" }, ...more });
const asked = () =>
  world.sent.filter(({ type }) => type === "response.create").map(({ input }) => input);

beforeEach(() => {
  kept = storage();
  load();
  world.socket.open();
});

test("a message not acknowledged before the loss is sent again with the same key", () => {
  const one = letter("one");
  sending.post(one);
  assert.deepEqual(world.reconnect().sent, [one.frame]);
});

test("an acknowledged message is not sent again", () => {
  const one = letter("one");
  sending.post(one);
  world.socket.say(accepted(one, "r1"));
  world.reconnect();
  assert.deepEqual(asked(), []);
});

test("a message sent while offline waits visibly and leaves when the connection is back", () => {
  world.socket.close(1006);
  const one = letter("one");
  sending.post(one);
  assert.equal(sending.state(one.key), "offline");
  world.wait();
  world.socket.open();
  assert.deepEqual(world.sent, [one.frame]);
  assert.equal(sending.state(one.key), "sending");
});

test("what was on its way before a reload is sent again with the same key", () => {
  const one = letter("one");
  sending.post(one);
  load();
  world.socket.open();
  assert.deepEqual(world.sent, [one.frame]);
});

test("messages leave one behind the other, each when the one before is stored", () => {
  const one = letter("one");
  const two = letter("two", one.key);
  sending.post(one);
  sending.post(two);
  assert.equal(sending.state(two.key), "held");
  assert.deepEqual(asked(), ["one"]);
  world.socket.say(accepted(one, "r1"));
  assert.deepEqual(asked(), ["one", "two"]);
  assert.equal(world.sent.at(-1).previous_response_id, "r1");
});

test("a server that can't store just now is asked again after longer and longer pauses", () => {
  const one = letter("one");
  sending.post(one);
  const waits = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    world.socket.say(busy({ client_key: one.key }));
    assert.equal(sending.state(one.key), "saving");
    waits.push(world.timers.at(-1).wait);
    world.wait();
  }
  assert.deepEqual(waits, [375, 750, 1500]);
  assert.deepEqual(asked(), ["one", "one", "one", "one"]);
  assert.ok(world.sent.every(({ client_key }) => client_key === one.key));
  world.socket.say(accepted(one, "r1"));
  assert.equal(outbox.has(one.key), false);
});

test("an error that names no message may have been about any on its way", () => {
  const one = letter("one");
  sending.post(one);
  world.socket.say(busy());
  world.timers.at(-1).run();
  assert.deepEqual(asked(), ["one", "one"]);
});

test("a refused message is not sent again, and neither is what follows it", () => {
  const one = letter("one");
  const two = letter("two", one.key);
  sending.post(one);
  sending.post(two);
  const refused = { type: "error", status: 429, error: { message: "no" }, client_key: one.key };
  assert.deepEqual(sending.refused(refused), [one, two]);
  assert.deepEqual(world.reconnect().sent, []);
});

test("a message taken back is not sent any more", () => {
  world.socket.close(1006);
  const one = letter("one");
  sending.post(one);
  sending.withdraw(one.key);
  world.wait();
  world.socket.open();
  assert.deepEqual(world.sent, []);
  load();
  world.socket.open();
  assert.deepEqual(world.sent, []);
});

test("a connection that does not answer is replaced, and the message goes out on the new one", () => {
  const one = letter("one");
  sending.post(one);
  world.wait();
  assert.equal(world.sockets.length, 2);
  world.socket.open();
  assert.deepEqual(world.sent, [one.frame]);
  assert.equal(sending.state(one.key), "saving");
});
