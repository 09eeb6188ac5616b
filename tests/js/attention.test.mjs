import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { History } from "../../static/chat/models/history.js";
import { Notifications } from "../../static/chat/models/notifications.js";
import { storage } from "./storage.mjs";

const noMessages = { content: { querySelectorAll: () => [] } };
globalThis.document = { getElementById: () => noMessages };
const { Attention } = await import("../../static/chat/attention.js");
const { Summaries } = await import("../../static/chat/summaries.js");

let scripts, shown, socket, sent, visible, open, marked, notices, told, timers, visited, summaries, attention, gone, page;

const summary = (id, more = {}) => ({
  id,
  title: `about ${id}`,
  updated_at: "2026-11-23T00:00:00Z",
  answering: null,
  unseen: false,
  ...more,
});
const answering = (id) => summary(id, { answering: `r-${id}` });
const finished = (id) => summary(id, { unseen: true });
const history = () => shown.history;
const patience = () => timers.splice(0).forEach((run) => run());

beforeEach(() => {
  socket = { connected: true, send: (frame) => sent.push(frame) };
  [sent, notices, told, timers, visited, gone] = [[], [], [], [], [], []];
  scripts = [];
  [visible, open, marked] = [true, "c1", false];
  shown = { history: new History(), put: (each) => shown.history.put(each) };
  attention = new Attention({
    socket,
    history: shown.history,
    notifications: { show: (words, clicked) => notices.push({ ...words, clicked }) },
    title: { mark: () => (marked = true), unmark: () => (marked = false) },
    world: { setTimeout: (run) => timers.push(run) },
    visible: () => visible,
    open: () => open,
    tell: ({ id }) => told.push(id),
    visit: (id) => visited.push(id),
  });
  summaries = new Summaries({
    sidebar: shown,
    scripts: { saw: (name) => name && scripts.push(name), set: async (hidden) => scripts.push(hidden) },
    attention,
    api: { conversations: async () => page },
    shown: () => {},
    gone: (id) => gone.push(id),
  });
});

test("an end in view is seen, and neither marked nor told", () => {
  summaries.put(answering("c1"));
  summaries.put(finished("c1"));
  patience();
  assert.deepEqual(sent, [{ type: "conversation.seen", conversation_id: "c1" }]);
  assert.equal(history().get("c1").unseen, false);
  assert.deepEqual([marked, notices], [false, []]);
});

test("what is seen before there is a connection is said when there is one", () => {
  socket.connected = false;
  summaries.put(finished("c1"));
  assert.deepEqual([history().get("c1").unseen, sent], [false, []]);
  attention.connected();
  attention.connected();
  assert.deepEqual(sent, [{ type: "conversation.seen", conversation_id: "c1" }]);
});

test("an end in another conversation is unseen, and said on the page after a while", () => {
  summaries.put(answering("c2"));
  summaries.put(finished("c2"));
  assert.deepEqual([history().get("c2").unseen, sent, told], [true, [], []]);
  patience();
  assert.deepEqual([told, notices, marked], [["c2"], [], false]);
});

test("where nobody looks at the page a notice of the browser's says it, and leads there", () => {
  visible = false;
  summaries.put(answering("c2"));
  summaries.put(finished("c2"));
  patience();
  const [{ title, tag, clicked }] = notices;
  assert.deepEqual([title, tag], ["about c2", "r-c2"]);
  clicked();
  assert.deepEqual([visited, told], [["c2"], []]);
});

test("an end while the page is hidden marks the title until the person is back", () => {
  visible = false;
  summaries.put(answering("c1"));
  summaries.put(finished("c1"));
  patience();
  assert.deepEqual([marked, notices.length, sent], [true, 1, []]);
  visible = true;
  attention.returned();
  summaries.seen(open);
  assert.equal(marked, false);
  assert.equal(sent.length, 1);
  assert.equal(history().get("c1").unseen, false);
});

test("nobody is told of an end that another page of theirs shows", () => {
  visible = false;
  summaries.put(answering("c1"));
  summaries.put(finished("c1"));
  summaries.put(summary("c1"));
  patience();
  assert.deepEqual(notices, []);
});

test("a second answer beside the first one is no end", () => {
  visible = false;
  summaries.put(answering("c1"));
  summaries.put(summary("c1", { answering: "another" }));
  patience();
  assert.deepEqual([marked, notices], [false, []]);
});

test("one end is told once, however often it is said", () => {
  visible = false;
  summaries.put(answering("c1"));
  summaries.put(finished("c1"));
  summaries.put(answering("c1"));
  summaries.put(finished("c1"));
  patience();
  assert.equal(notices.length, 1);
});

test("each answer of a queue is told when it has ended", () => {
  visible = false;
  summaries.put(answering("c1"));
  summaries.put(summary("c1", { answering: "next", unseen: true }));
  summaries.put(finished("c1"));
  patience();
  assert.deepEqual(
    notices.map(({ tag }) => tag),
    ["r-c1", "next"],
  );
});

test("what ended or was deleted while nobody listened is found by asking", async () => {
  summaries.put(answering("c2"));
  summaries.put(summary("c3"));
  page = { conversations: [finished("c2")], next: null };
  await summaries.catchUp();
  patience();
  assert.deepEqual([history().get("c2").unseen, gone, told], [true, ["c3"], ["c2"]]);
});

class FakeNotification {
  static permission = "default";
  static answer = "granted";
  static made = [];
  static async requestPermission() {
    return (FakeNotification.permission = FakeNotification.answer);
  }
  constructor(title, options) {
    if (FakeNotification.throws) throw new TypeError("Illegal constructor");
    Object.assign(this, { title, ...options, close: () => (this.closed = true) });
    FakeNotification.made.push(this);
  }
}

function asked({ answer = "granted", throws = false, kept = storage() } = {}) {
  Object.assign(FakeNotification, { permission: "default", answer, throws, made: [] });
  return new Notifications(kept, 1, FakeNotification);
}

const words = { title: "t", body: "b", tag: "r1" };

test("nobody is told anything unless they asked for it and the browser allows it", async () => {
  const notifications = asked();
  notifications.show(words, () => {});
  assert.deepEqual(FakeNotification.made, []);
  assert.equal(await notifications.toggle(), "on");
  let clicks = 0;
  notifications.show(words, () => (clicks += 1));
  const [made] = FakeNotification.made;
  assert.deepEqual([made.title, made.tag, made.silent], ["t", "r1", true]);
  made.onclick();
  assert.deepEqual([clicks, made.closed], [1, true]);
  assert.equal(await notifications.toggle(), "off");
  notifications.show(words, () => {});
  assert.equal(FakeNotification.made.length, 1);
});

test("the choice is kept, for the one who made it", async () => {
  const kept = storage();
  await asked({ kept }).toggle();
  assert.equal(new Notifications(kept, 1, FakeNotification).isOn, true);
  assert.equal(new Notifications(kept, 2, FakeNotification).isOn, false);
});

test("a browser that denies it is not asked to show anything", async () => {
  const notifications = asked({ answer: "denied" });
  assert.equal(await notifications.toggle(), "blocked");
  assert.equal(notifications.isOn, false);
});

test("a permission taken back by the browser switches it off", async () => {
  const notifications = asked();
  await notifications.toggle();
  FakeNotification.permission = "denied";
  assert.equal(notifications.isOn, false);
});

test("a browser that has the permission but shows no notices of pages does no harm", async () => {
  const notifications = asked({ throws: true });
  await notifications.toggle();
  notifications.show(words, () => {});
  assert.equal(notifications.isOn, false);
});

test("a browser without notifications offers none", () => {
  const notifications = new Notifications(storage(), 1, undefined);
  assert.deepEqual([notifications.isSupported, notifications.isOn], [false, false]);
});

test("nobody is told of the end of what a script asked, but of what was asked on this page", () => {
  visible = false;
  const script = (more) => summary("c2", { key_name: "Notebook", ...more });
  summaries.put(script({ answering: "r1" }));
  summaries.put(script({ unseen: true }));
  patience();
  assert.deepEqual([marked, notices, scripts], [false, [], ["Notebook", "Notebook"]]);
  attention.expects("r2");
  summaries.put(script({ answering: "r2" }));
  summaries.put(script({ unseen: true }));
  patience();
  assert.deepEqual([marked, notices.map(({ title }) => title)], [true, ["about c2"]]);
});
