import assert from "node:assert/strict";
import { test } from "node:test";
import { Page, event, response, running, state, summary, waiting } from "./page.mjs";

const hint = (version, more) => ({
  type: "conversation.updated",
  conversation: summary(version, more),
});
const answered = () => new Page({ state: state(1, response("a", null)) });

test("a change of the tree elsewhere is looked up and shown", async () => {
  const page = answered();
  page.states.push(state(2, response("a", null), running("b", "a")));
  page.say(hint(2, { answering: "b" }));
  await page.settle();
  assert.deepEqual(page.shown, ["a", "b"]);
  assert.deepEqual(page.sent("response.follow"), [
    { type: "response.follow", response_id: "b", starting_after: null },
  ]);
});

test("a hint that tells nothing new of the tree asks for nothing", () => {
  const page = answered();
  page.say(hint(1, { title: "renamed" }));
  assert.equal(page.asked, 0);
  assert.equal(page.session.conversation.summary.title, "renamed");
});

test("the hint of what was sent from here asks for nothing, before its acknowledgement or after", () => {
  const page = answered();
  page.asking.ask("more?");
  page.say(hint(2, { answering: "b" }));
  page.accept(running("b", "a"), summary(2));
  page.say(hint(2, { answering: "b" }));
  assert.equal(page.asked, 0);
  assert.deepEqual(page.shown, ["a", "b"]);
});

test("what another page stored at the same moment is looked up after the acknowledgement", async () => {
  const page = answered();
  page.asking.ask("more?");
  page.states.push(state(3, response("a", null), running("x", "a"), waiting("b", "x")));
  page.accept(waiting("b", "x"), summary(3));
  await page.settle();
  assert.deepEqual(page.shown, ["a", "x", "b"]);
});

test("a state that is older than what was stored from here is asked for again", async () => {
  const page = answered();
  page.states.push(state(1, response("a", null)));
  page.states.push(state(2, response("a", null), running("b", "a")));
  const reloading = page.session.reload();
  page.asking.ask("more?");
  page.accept(running("b", "a"), summary(2));
  await reloading;
  assert.deepEqual([page.shown, page.asked], [["a", "b"], 2]);
});

test("what was heard while a state was on its way is newer than the state", async () => {
  const page = new Page({ state: state(1, running("a", null)) });
  page.session.conversation.summary.answering = "a";
  page.states.push({ ...state(2, running("a", null)), conversation: summary(2, { answering: "a" }) });
  const reloading = page.session.reload();
  page.say(event("a", 0, "completed", { response: response("a", null) }));
  await reloading;
  const { answering, version } = page.session.conversation.summary;
  assert.deepEqual([answering, version], [null, 2]);
  assert.deepEqual(
    page.changed.map(({ answering: still }) => still),
    [null],
  );
});

test("an answer that ended here has not been seen yet, as far as the session knows", () => {
  const page = new Page({ state: state(1, running("a", null)) });
  page.session.conversation.summary.answering = "a";
  page.say(event("a", 0, "completed", { response: response("a", null) }));
  const [{ answering, unseen }] = page.changed;
  assert.deepEqual([answering, unseen], [null, true]);
});

test("a message that was withdrawn elsewhere is not followed any more", async () => {
  const page = new Page({ state: state(1, running("a", null), waiting("q", "a")) });
  page.states.push(state(2, running("a", null)));
  page.say(hint(2));
  await page.settle();
  assert.deepEqual(page.sent("response.unfollow"), [
    { type: "response.unfollow", response_id: "q" },
  ]);
});

test("an answer goes on where this page stands, after a state that knows more of it", async () => {
  const page = new Page({ state: state(1, running("a", null, { sequence_number: 4 })) });
  page.states.push(state(1, running("a", null, { sequence_number: 9 })));
  await page.session.reload();
  const { sent } = page.world.reconnect();
  assert.equal(sent.find(({ type }) => type === "response.follow").starting_after, 4);
  assert.equal(page.session.conversation.response("a").sequence_number, 4);
});

test("a taken-over answer goes back to its snapshot and on from there", () => {
  const page = new Page({ state: state(1, running("a", null)) });
  const text = (sequence, delta) => event("a", sequence, "output_text.delta", { delta });
  page.say(text(0, "one "), text(1, "two "), text(2, "three"));
  const content = [{ type: "output_text", text: "one two " }];
  const output = [{ type: "message", role: "assistant", status: "in_progress", content }];
  const stored = running("a", null, { sequence_number: 1, output });
  page.say({ type: "response.snapshot", stream_id: "a", response: stored });
  page.say(text(2, "three "), text(3, "four"));
  const [message] = page.session.conversation.response("a").output;
  assert.equal(message.content[0].text, "one two three four");
});

test("earlier turns are asked for once at a time, and shown above", async () => {
  const page = new Page({ state: { ...state(1, response("b", "a")), earlier: "b" } });
  page.pages.push({ tree: [response("a", null)], responses: [response("a", null)], earlier: null });
  await Promise.all([page.session.more("earlier"), page.session.more("earlier")]);
  assert.deepEqual(page.turnsAsked, [["c1", "before", "b"]]);
  assert.deepEqual(page.shown, ["a", "b"]);
  await page.session.more("earlier");
  assert.equal(page.turnsAsked.length, 1);
});

test("a question asked far from the end is shown at the end, when that is here", async () => {
  const cut = { ...state(1, response("b", "a")), earlier: "b", later: "b", end: "z" };
  const page = new Page({ state: cut });
  page.states.push({ ...state(1, response("z", "y")), earlier: "z", end: "z" });
  page.asking.ask("more?");
  assert.equal(page.sent("response.create")[0].previous_response_id, "z");
  await page.settle();
  assert.deepEqual(page.shown, ["z", "more?"]);
});

test("what is answered further on can be stopped from here", () => {
  const cut = { ...state(1, response("b", "a")), later: "b", end: "z" };
  const page = new Page({ state: { ...cut, conversation: summary(1, { answering: "z" }) } });
  assert.equal(page.composer.answering, true);
  page.asking.stop();
  assert.deepEqual(page.sent("response.cancel"), [{ type: "response.cancel", response_id: "z" }]);
});

/** A page with branches whose server answers a choice of one when the test says so. */
function branching() {
  const [a, b, c] = [response("a", null), response("b", "a"), response("c", "a")];
  const page = new Page({ state: { ...state(1, a, b, c), responses: [a, c] } });
  const choices = new Map();
  page.session.api.select = (_, id) =>
    new Promise((resolve, reject) => choices.set(id, { resolve, reject }));
  const chosen = (...path) => ({ ...state(1, a, b, c), responses: path });
  return { page, choices, chosen, responses: { a, b, c } };
}

test("of two branches chosen one after the other the server hears of the last one last", async () => {
  const { page, choices, chosen, responses } = branching();
  const { a, b, c } = responses;
  page.session.select("b");
  await page.settle();
  page.session.select("c");
  await page.settle();
  assert.deepEqual([...choices.keys()], ["b"], "the first is on its way");
  choices.get("b").resolve(chosen(a, b));
  await page.settle();
  assert.deepEqual(page.shown, ["a", "c"], "nothing is shown that was overtaken");
  choices.get("c").resolve(chosen(a, c));
  await page.settle();
  assert.deepEqual([[...choices.keys()], page.shown], [["b", "c"], ["a", "c"]]);
});

test("a branch that was chosen before another conversation was opened is remembered", async () => {
  const { page, choices, chosen, responses } = branching();
  page.session.select("b");
  await page.settle();
  page.session.select("c");
  page.session.open({ ...state(1, response("x", null)), conversation: { ...summary(1), id: "c2" } });
  choices.get("b").resolve(chosen(responses.a, responses.b));
  await page.settle();
  assert.deepEqual([[...choices.keys()], page.shown], [["b", "c"], ["x"]]);
});

test("a choice that fails after another conversation was opened is nothing to the person", async () => {
  const { page, choices } = branching();
  page.session.select("b");
  await page.settle();
  page.session.open({ ...state(1, response("x", null)), conversation: { ...summary(1), id: "c2" } });
  choices.get("b").reject(Object.assign(new Error(), { status: 404 }));
  await page.settle();
  assert.deepEqual(page.notices, []);
});
