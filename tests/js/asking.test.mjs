import assert from "node:assert/strict";
import { test } from "node:test";
import { Page, event, response, running, state, summary, waiting } from "./page.mjs";
import { storage } from "./storage.mjs";

const answering = () => new Page({ state: state(1, running("r", null)) });
const queue = (...ids) => {
  const waits = ids.map((id, index) => waiting(id, ids[index - 1] ?? "r"));
  return state(5, running("r", null), ...waits);
};
const refusal = (status, more) => ({ type: "error", status, error: { message: "no" }, ...more });
const keyOf = (page) => page.sent("response.create").at(-1).client_key;

test("a message typed while an answer is written goes out and is shown as queued", () => {
  const page = answering();
  page.asking.ask("next");
  assert.equal(page.sent("response.create")[0].previous_response_id, "r");
  assert.deepEqual([page.shown, page.queued], [["r", "next"], ["next"]]);
  page.accept(waiting("q", "r"), summary(2));
  assert.deepEqual([page.shown, page.queued], [["r", "q"], ["q"]]);
});

test("several messages queue up in the order in which they were typed", () => {
  const page = answering();
  page.asking.ask("one");
  page.asking.ask("two");
  assert.deepEqual(page.shown, ["r", "one", "two"]);
  page.accept(waiting("q1", "r"), summary(2));
  assert.equal(page.sent("response.create").at(-1).previous_response_id, "q1");
  page.accept(waiting("q2", "q1"), summary(3));
  assert.deepEqual([page.shown, page.queued], [["r", "q1", "q2"], ["q1", "q2"]]);
});

test("a queued message becomes an ordinary one when its answer begins", () => {
  const page = new Page({ state: queue("q") });
  page.say(event("r", 0, "completed", { response: response("r", null) }));
  assert.equal(page.composer.answering, false);
  page.say(event("q", 0, "created", { response: running("q", "r", { waiting: false }) }));
  assert.deepEqual(page.queued, []);
  assert.equal(page.composer.answering, true);
});

test("stop ends the answer that is written, not the message behind it", () => {
  const page = new Page({ state: queue("q") });
  page.asking.stop();
  assert.deepEqual(page.sent("response.cancel"), [{ type: "response.cancel", response_id: "r" }]);
});

test("a question that is stopped before it is stored is stopped as soon as it is", () => {
  const page = new Page();
  page.asking.ask("hello");
  page.asking.stop();
  page.accept(running("r", null), summary());
  assert.equal(page.sent("response.cancel")[0].response_id, "r");
});

test("a question that waits for the connection is taken back by stop, text and all", () => {
  const page = new Page();
  page.world.socket.close(1006);
  page.asking.ask("hello");
  page.asking.stop();
  assert.deepEqual([page.shown, page.composer.text], [[], "hello"]);
});

test("withdrawing takes the message out of the queue and gives its text back", async () => {
  const page = new Page({ state: queue("q1", "q2") });
  page.asking.withdraw("q1");
  assert.deepEqual(page.sent("response.delete"), [{ type: "response.delete", response_id: "q1" }]);
  assert.deepEqual([page.shown, page.composer.text], [["r", "q2"], "q1"]);
  page.states.push(state(6, running("r", null), waiting("q2", "r")));
  page.say({ type: "conversation.updated", conversation: summary(6) });
  await page.settle();
  assert.deepEqual(page.shown, ["r", "q2"]);
  assert.deepEqual(page.amending.amendments.all, []);
});

test("withdrawing leaves alone what is typed in the message field", () => {
  const page = new Page({ state: queue("q") });
  page.composer.text = "typed";
  page.asking.withdraw("q");
  assert.equal(page.composer.text, "typed");
});

test("a withdrawal that came too late brings the message back and says so", async () => {
  const page = new Page({ state: queue("q") });
  page.asking.withdraw("q");
  page.states.push(state(5, response("r", null), running("q", "r")));
  page.say(refusal(409, { stream_id: "q" }));
  await page.settle();
  assert.deepEqual([page.shown, page.composer.text], [["r", "q"], ""]);
  assert.equal(page.notices.length, 1);
  assert.equal(page.world.sent.at(-1).type, "response.follow");
});

test("an edited message shows its new text until and after the server has it", async () => {
  const page = new Page({ state: queue("q") });
  page.asking.amend("q", "better");
  assert.deepEqual(page.sent("response.update"), [
    { type: "response.update", response_id: "q", input: "better" },
  ]);
  const text = () => page.path.at(-1).response.input[0].content;
  assert.equal(text(), "better");
  page.states.push(queue("q")); // asked before the change was made
  await page.session.reload();
  assert.equal(text(), "better");
  const edited = waiting("q", "r", { input: [{ role: "user", content: "better" }] });
  page.states.push(state(6, running("r", null), edited));
  await page.session.reload();
  assert.equal(text(), "better");
  assert.deepEqual(page.amending.amendments.all, []);
});

test("an edit that came too late is not lost", async () => {
  const page = new Page({ state: queue("q") });
  page.asking.amend("q", "better");
  page.states.push(state(5, response("r", null), running("q", "r")));
  page.say(refusal(409, { stream_id: "q" }));
  await page.settle();
  assert.equal(page.path.at(-1).response.input[0].content, "q");
  assert.equal(page.composer.text, "better");
});

test("a change that was made while offline is said when the connection is back", () => {
  const page = new Page({ state: queue("q1", "q2") });
  page.world.socket.close(1006);
  page.asking.amend("q1", "better");
  page.asking.withdraw("q2");
  page.world.timers.at(-2).run();
  page.world.socket.open();
  assert.deepEqual(
    page.world.sent.slice(0, 2).map(({ type }) => type),
    ["response.update", "response.delete"],
  );
});

test("a change whose fate is unknown is asked for again", async () => {
  const page = new Page({ state: queue("q") });
  page.asking.withdraw("q");
  page.states.push(queue("q"));
  page.world.wait();
  await page.settle();
  assert.equal(page.sent("response.delete").length, 2);
  assert.deepEqual(page.shown, ["r"]);
});

test("a message that has not left is changed and taken back without the server", () => {
  const page = answering();
  page.world.socket.close(1006);
  page.asking.ask("one");
  page.asking.ask("two");
  const [, one, two] = page.path;
  page.asking.amend(two.id, "better");
  page.asking.withdraw(one.id);
  page.world.wait();
  page.world.socket.open();
  const [frame] = page.sent("response.create");
  assert.deepEqual([frame.input, frame.previous_response_id], ["better", "r"]);
});

test("a refused question gives its text back, and those behind it theirs", () => {
  const page = answering();
  page.asking.ask("one");
  page.asking.ask("two");
  page.say(refusal(400, { client_key: keyOf(page) }));
  assert.deepEqual(page.shown, ["r"]);
  assert.equal(page.composer.text, "one\n\ntwo");
  assert.deepEqual(page.notices, ["no"]);
});

test("a question that could not be stored just now is kept, without a word of refusal", () => {
  const page = answering();
  page.asking.ask("one");
  page.say(refusal(503, { client_key: keyOf(page) }));
  assert.deepEqual([page.shown, page.notices, page.composer.text], [["r", "one"], [], ""]);
  assert.equal(page.sending.state(page.path.at(-1).id), "saving");
});

test("a text refused in a conversation that is not open becomes its draft", () => {
  const page = answering();
  page.asking.ask("one");
  const client_key = keyOf(page);
  page.session.open(null);
  page.say(refusal(429, { client_key }));
  assert.equal(page.drafts.get("c1"), "one");
});

test("a text for a conversation that is gone becomes the draft of a new one", () => {
  const page = answering();
  page.asking.ask("one");
  const client_key = keyOf(page);
  page.session.open({ ...state(1, response("x", null)), conversation: { ...summary(1), id: "c2" } });
  page.say(refusal(404, { client_key }));
  assert.deepEqual([page.drafts.get("c1"), page.drafts.get(null)], ["", "one"]);
});

test("a text that becomes the draft of what is open goes before what is typed there", () => {
  const page = new Page();
  page.asking.ask("one");
  const client_key = keyOf(page);
  page.session.open(null);
  page.composer.text = "two";
  page.say(refusal(429, { client_key }));
  assert.equal(page.composer.text, "one\n\ntwo");
});

test("what was on its way is shown again after a reload, at its place", () => {
  const kept = storage();
  const before = new Page({ state: state(1, running("r", null)), kept });
  before.world.socket.close(1006);
  before.asking.ask("one");
  before.asking.ask("two");
  const after = new Page({ state: state(1, running("r", null)), kept });
  assert.deepEqual([after.shown, after.queued], [["r", "one", "two"], ["one", "two"]]);
  after.accept(waiting("q", "r"), summary(2));
  assert.deepEqual(after.shown, ["r", "q", "two"]);
});

test("the first question of a conversation is shown again after a reload, and begins it", () => {
  const kept = storage();
  const before = new Page({ kept });
  before.world.socket.close(1006);
  before.asking.ask("hello");
  const after = new Page({ kept });
  assert.deepEqual(after.shown, ["hello"]);
  after.accept(running("r", null), summary());
  assert.deepEqual([after.shown, after.began], [["r"], "c1"]);
});

test("a new chat is empty, though the one begun before it is not stored yet", () => {
  const page = new Page();
  page.world.socket.close(1006);
  page.asking.ask("hello");
  page.session.open(null);
  assert.deepEqual(page.shown, []);
  page.session.open(state(1, response("a", null)));
  page.session.open(null);
  assert.deepEqual(page.shown, ["hello"]);
});

test("what the server was seen to have is not shown as on its way after a reload", () => {
  const kept = storage();
  const page = new Page({ state: state(1, running("r", null)), kept });
  page.asking.ask("one");
  const stored = waiting("q", "r", { client_key: keyOf(page) });
  const after = new Page({ state: state(2, running("r", null), stored), kept });
  assert.deepEqual(after.shown, ["r", "q"]);
  after.accept(stored, summary(2));
  assert.deepEqual(after.shown, ["r", "q"]);
});

test("a message that another page has sent is looked up, one that it has withdrawn is gone", async () => {
  const page = answering();
  page.world.socket.close(1006);
  page.asking.ask("one");
  page.states.push(state(2, running("r", null), waiting("q", "r")));
  page.asking.gone(page.path.at(-1).id);
  await page.settle();
  assert.deepEqual(page.shown, ["r", "q"]);
});

test("no more than fifty messages wait for the connection", () => {
  const page = answering();
  page.world.socket.close(1006);
  for (let count = 0; count < 50; count++) page.asking.ask(`${count}`);
  assert.equal(page.asking.canSend(), false);
  page.asking.edit("r", "changed");
  assert.equal(page.composer.text, "changed");
});

test("going on with an answer and asking again both use the model that wrote it", () => {
  const page = new Page({ state: state(1, response("a", null)) });
  page.asking.goOn("a");
  assert.equal(page.sent("response.create")[0].model, "m2");
  page.asking.retry("a", "m3");
  assert.equal(page.sent("response.create")[1].model, "m3");
});

const CAT = { type: "input_image", file_id: "file_1", filename: "cat.png", size: 12 };

test("a question with a file names it by its id, and shows what it is meanwhile", () => {
  const page = new Page();
  page.asking.ask("What is this?", [CAT]);
  const [{ input }] = page.sent("response.create");
  assert.deepEqual(input[0].content[1], { type: "input_image", file_id: "file_1" });
  assert.deepEqual(page.path[0].response.input[0].content[1], CAT);
});

test("what is refused is given back with its files", () => {
  const page = new Page();
  const given = [];
  page.composer.giveBack = (...args) => given.push(args);
  page.asking.ask("What is this?", [CAT]);
  const { client_key: key } = page.sent("response.create")[0];
  page.asking.refused({ client_key: key, status: 404, error: { message: "gone" } });
  assert.deepEqual(given, [["What is this?", [CAT]]]);
});
