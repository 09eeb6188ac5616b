import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isUnborn, write } from "../../static/chat/models/letters.js";
import { isStored, Outbox } from "../../static/chat/models/outbox.js";
import { storage } from "./storage.mjs";

const DAY = 24 * 60 * 60 * 1000;

let kept, outbox;

/** @returns {object} a message behind another one, or behind a response */
function letter(text, previous = "r0", thread = "c1") {
  const place = { previous_response_id: previous };
  const conversation = isUnborn(thread ?? "new ") ? null : thread;
  return write({ input: text, conversation, ...place }, place, thread);
}

const reloaded = (user = 1, now = Date.now) => new Outbox(kept, user, now);
const texts = (box) => box.of("c1").map(({ frame }) => frame.input);

beforeEach(() => {
  kept = storage();
  outbox = new Outbox(kept, 1);
});

test("what was sent and not stored outlives the page, with its key, for the one who wrote it", () => {
  const first = letter("one");
  assert.equal(outbox.add(first), true);
  assert.deepEqual(reloaded().of("c1"), [first]);
  assert.deepEqual(reloaded(2).of("c1"), []);
});

test("where nothing can be kept it holds while the page lasts, and says so", () => {
  const broken = new Outbox(storage({ broken: true }), 1);
  const first = letter("one");
  assert.equal(broken.add(first), false);
  assert.deepEqual(broken.of("c1"), [first]);
});

test("what is stored leaves the outbox for good", () => {
  const first = letter("one");
  outbox.add(first);
  outbox.settle(first.key, "r1", "c1");
  assert.deepEqual(reloaded().of("c1"), []);
});

test("a message behind another waits for it, and then follows what it became", () => {
  const first = letter("one");
  const second = letter("two", first.key);
  outbox.add(first);
  outbox.add(second);
  assert.equal(outbox.ready(second.key), null);
  assert.deepEqual(outbox.settle(first.key, "r1", "c1"), [second]);
  assert.equal(outbox.ready(second.key).frame.previous_response_id, "r1");
  assert.equal(reloaded().ready(second.key).frame.previous_response_id, "r1");
});

test("the first message of a conversation names it for those behind it", () => {
  const first = letter("one", null, null);
  const second = letter("two", first.key, first.thread);
  outbox.add(first);
  outbox.add(second);
  assert.equal(outbox.unborn(), first.thread);
  assert.equal(reloaded().unborn(), first.thread);
  outbox.settle(first.key, "r1", "c9");
  assert.equal(outbox.unborn(), null);
  assert.equal(outbox.ready(second.key).frame.conversation, "c9");
  assert.deepEqual(outbox.of("c9"), [second]);
});

test("the pages of a person can tell what is stored from what was taken back", () => {
  const seen = [];
  const watched = { ...methodsOf(kept), setItem: (key, text) => (seen.push(text), kept.setItem(key, text)) };
  const box = new Outbox(watched, 1);
  const [stored, withdrawn] = [letter("one"), letter("two")];
  box.add(stored);
  box.add(withdrawn);
  seen.length = 0;
  box.withdraw(withdrawn.key);
  assert.deepEqual(seen.map(isStored), []);
  box.settle(stored.key, "r1", "c1");
  assert.deepEqual(seen.map(isStored), [true]);
  assert.deepEqual(reloaded().of("c1"), []);
});

test("a new conversation is shown in the tab that began it, and elsewhere only once that is gone", () => {
  let time = 1000;
  const first = letter("one", null, null);
  first.at = time;
  new Outbox(kept, 1, () => time, "tab 1").add(first);
  const unborn = (tab) => new Outbox(kept, 1, () => time, tab).unborn();
  assert.equal(unborn("tab 1"), first.thread);
  assert.equal(unborn("tab 2"), null);
  time += 16_000;
  assert.equal(unborn("tab 2"), first.thread);
});

/** @returns {object} a storage's methods, to be replaced one by one */
const methodsOf = (store) => ({
  getItem: (key) => store.getItem(key),
  setItem: (key, text) => store.setItem(key, text),
  removeItem: (key) => store.removeItem(key),
  key: (index) => store.key(index),
  get length() {
    return store.length;
  },
});

test("what is taken back is gone, and those behind it move up", () => {
  const first = letter("one");
  const second = letter("two", first.key);
  outbox.add(first);
  outbox.add(second);
  assert.equal(outbox.withdraw(first.key), first);
  assert.equal(outbox.ready(second.key).frame.previous_response_id, "r0");
  assert.deepEqual(texts(reloaded()), ["two"]);
  assert.equal(outbox.withdraw(first.key), undefined);
});

test("what followed a refused message is not sent", () => {
  const first = letter("one");
  const second = letter("two", first.key);
  const other = letter("other");
  for (const each of [first, second, other]) outbox.add(each);
  assert.deepEqual(outbox.refuse(first.key), [first, second]);
  assert.deepEqual(texts(reloaded()), ["other"]);
});

test("what waits can be changed", () => {
  const first = letter("one");
  outbox.add(first);
  outbox.amend(first.key, "another one");
  assert.deepEqual(texts(reloaded()), ["another one"]);
});

test("it is full at fifty messages", () => {
  for (let count = 0; count < 49; count++) outbox.add(letter(`${count}`));
  assert.equal(outbox.isFull, false);
  outbox.add(letter("last"));
  assert.equal(outbox.isFull, true);
});

test("what is a week old is given back instead of sent", () => {
  outbox.add(letter("one"));
  const later = reloaded(1, () => Date.now() + 8 * DAY);
  assert.deepEqual(
    later.takeExpired().map(({ frame }) => frame.input),
    ["one"],
  );
  assert.deepEqual(texts(later), []);
  assert.deepEqual(reloaded().of("c1"), []);
});

test("what else lies in the storage does no harm", () => {
  for (const text of ["", "{", "null", "7", '{"key":"k"}', '{"key":"k","frame":{}}'])
    kept.setItem(`outbox:1:${text.length}`, text);
  assert.equal(reloaded().letters.size, 0);
});
