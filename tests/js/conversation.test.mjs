import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Conversation } from "../../static/chat/models/conversation.js";
import { questionText } from "../../static/chat/models/items.js";
import * as requests from "../../static/chat/models/requests.js";

const response = (id, previous = null, more = {}) => ({
  id,
  status: "completed",
  previous_response_id: previous,
  retry_of: null,
  model_id: "model_1",
  input: [
    { type: "message", role: "user", content: [{ type: "input_text", text: `question ${id}` }] },
  ],
  output: [
    {
      type: "message",
      role: "assistant",
      content: [{ type: "output_text", text: `answer ${id}` }],
    },
  ],
  ...more,
});
const summary = (answering = null, version = 1) => ({
  id: "c1",
  title: "t",
  updated_at: "2026-11-23T00:00:00Z",
  answering,
  version,
});
const state = (...responses) => ({
  conversation: summary(),
  tree: responses,
  selected_root_id: null,
  responses,
});
const running = (id, previous, more = {}) =>
  response(id, previous, { status: "in_progress", output: [], ...more });
const waiting = (id, previous) =>
  response(id, previous, { status: "queued", output: [], waiting: true });
const shown = () => conversation.path().map(({ id }) => id);
const last = () => conversation.path().at(-1);
const textOf = (id) => conversation.response(id).output[0]?.content[0].text;
const delta = (id, sequence, text) => ({
  type: "response.output_text.delta",
  stream_id: id,
  sequence_number: sequence,
  output_index: 0,
  content_index: 0,
  delta: text,
});

let conversation;

/** @returns {string} the key of the message, which is on its way now */
function send(letter) {
  conversation.hold(letter);
  return letter.key;
}

const ask = (text, options = { model: null }) => send(requests.ask(conversation, text, options));

function open(...responses) {
  conversation = new Conversation();
  conversation.load(state(...responses));
}

beforeEach(() => open(response("a"), response("b", "a")));

test("a new question hangs below the end of the branch shown and is shown at once", () => {
  const letter = requests.ask(conversation, "more?", { model: "model_2" });
  assert.deepEqual(
    { ...letter.frame, client_key: "key" },
    {
      type: "response.create",
      client_key: "key",
      input: "more?",
      model: "model_2",
      conversation: "c1",
      previous_response_id: "b",
    },
  );
  send(letter);
  assert.equal(last().pending, true);
  assert.equal(last().queued, false);
  assert.equal(questionText(last().response.input), "more?");
});

test("a question says whether it runs in the background only where it can", () => {
  const { frame } = requests.ask(conversation, "more?", { model: "model_2", background: true });
  assert.equal(frame.background, true);
});

test("the first question of all names no conversation", () => {
  const { frame } = requests.ask(new Conversation(), "hello", { model: null });
  assert.deepEqual([frame.conversation, frame.previous_response_id], [null, null]);
});

test("an edit is a sibling of the question and says that it is meant to be one", () => {
  const letter = requests.edit(conversation, "a", "other", { model: null });
  const { frame } = letter;
  assert.deepEqual(
    [frame.conversation, frame.previous_response_id, frame.branch],
    ["c1", null, true],
  );
  send(letter);
  assert.deepEqual(shown(), [letter.key]);
  assert.equal(conversation.path()[0].questions.count, 2);
});

test("a retry names only the answer and the model, and shows the same question", () => {
  const letter = requests.retry(conversation, "b", { model: "model_1" });
  assert.deepEqual(Object.keys(letter.frame).sort(), ["client_key", "model", "retry_of", "type"]);
  assert.equal(letter.frame.retry_of, "b");
  send(letter);
  assert.deepEqual([last().answers.index, last().answers.count, last().questions.count], [1, 2, 1]);
  assert.equal(questionText(last().response.input), "question b");
});

test("going on with a cut answer asks nothing and shows no question", () => {
  const letter = requests.goOn(conversation, "b", { model: "model_1" });
  assert.deepEqual(
    { ...letter.frame, client_key: "key" },
    { type: "response.create", client_key: "key", continues: "b", model: "model_1" },
  );
  send(letter);
  assert.deepEqual(shown(), ["a", "b", letter.key]);
  assert.equal(last().response.continues, true);
  assert.equal(conversation.path()[1].last, false);
});

test("the acknowledgement puts the stored response in the place of what was sent", () => {
  const key = ask("more?");
  const isWhole = conversation.accept(key, summary("r", 2), running("r", "b"));
  assert.equal(isWhole, true);
  assert.deepEqual(shown(), ["a", "b", "r"]);
  assert.deepEqual(
    conversation.running().map(({ id }) => id),
    ["r"],
  );
});

test("an acknowledgement of another branch than the one being read leaves that one", () => {
  const key = send(requests.edit(conversation, "b", "other", { model: null }));
  conversation.tree.select("b");
  conversation.accept(key, summary("r", 2), running("r", "a"));
  assert.deepEqual(shown(), ["a", "b"]);
});

test("what was stored behind a message of another page is shown, and known to be incomplete", () => {
  const key = ask("more?");
  assert.equal(conversation.accept(key, summary("x", 3), waiting("r", "x")), false);
  assert.deepEqual(shown(), ["a", "b", "r"]);
});

test("a version that was skipped means that something is missing", () => {
  const key = ask("more?");
  assert.equal(conversation.accept(key, summary("r", 3), running("r", "b")), false);
});

test("a second acknowledgement of the same message changes nothing", () => {
  const key = ask("more?");
  const stored = running("r", "b");
  conversation.accept(key, summary("r"), stored);
  conversation.apply(delta("r", 0, "Hi"));
  conversation.load(state(response("a"), response("b", "a"), stored), { keepBranch: true });
  assert.equal(textOf("r"), "Hi");
});

test("what streams in here is ahead of what a load can say", () => {
  const key = ask("more?");
  conversation.accept(key, summary("r"), running("r", "b"));
  conversation.apply(delta("r", 0, "Hello"));
  conversation.load(state(response("a"), response("b", "a"), running("r", "b")));
  assert.equal(textOf("r"), "Hello");
});

test("a running answer that was loaded goes on from there, whatever a later load says", () => {
  conversation.load(state(running("r", null, { sequence_number: 10 })));
  conversation.load(state(running("r", null, { sequence_number: 50 })));
  assert.equal(conversation.position("r"), 10);
});

test("an end that was missed is learned from a load", () => {
  conversation.load(state(running("r", null, { sequence_number: 10 })));
  conversation.load(state(response("r")));
  assert.deepEqual(conversation.running(), []);
  assert.equal(textOf("r"), "answer r");
});

test("news from another tab extends the branch being read, but never leaves it", () => {
  const [a, b] = [response("a"), response("b", "a")];
  conversation.load(state(a, b, response("c", "b")), { keepBranch: true });
  assert.deepEqual(shown(), ["a", "b", "c"]);
  conversation.load(state(a, b, response("c", "b"), response("x")), { keepBranch: true });
  assert.deepEqual(shown(), ["a", "b", "c"]);
  conversation.load(state(a, b, response("c", "b"), response("x")));
  assert.deepEqual(shown(), ["x"]);
});

test("a message that was withdrawn elsewhere does not take the reader to another branch", () => {
  const [a, b, x] = [response("a"), running("b", "a"), response("x")];
  conversation.load(state(x, a, b, waiting("q", "b")));
  const selected = { ...state(a, b, x), selected_root_id: "x" };
  assert.deepEqual(conversation.load(selected, { keepBranch: true }), ["q"]);
  assert.deepEqual(shown(), ["a", "b"]);
});

test("a question on its way survives news from another tab", () => {
  const key = ask("more?");
  conversation.load(state(response("a"), response("b", "a")), { keepBranch: true });
  assert.deepEqual(shown(), ["a", "b", key]);
});

test("a question on its way that the server is seen to have is not shown twice", () => {
  const [first, second] = [ask("one"), ask("two")];
  const stored = running("r", "b", { client_key: first });
  conversation.load(state(response("a"), response("b", "a"), stored), { keepBranch: true });
  assert.deepEqual(shown(), ["a", "b", "r", second]);
});

test("a snapshot replaces what was known of an answer, also where it goes back", () => {
  conversation.load(state(running("r", null)));
  conversation.apply(delta("r", 0, "Hello"));
  conversation.apply(delta("r", 1, " world"));
  const content = [{ type: "output_text", text: "Hello" }];
  const output = [{ type: "message", role: "assistant", status: "in_progress", content }];
  conversation.replace("r", running("r", null, { sequence_number: 0, output }));
  assert.equal(conversation.position("r"), 0);
  conversation.apply(delta("r", 7, " again"));
  assert.equal(textOf("r"), "Hello again");
});

test("by which key it was asked is known of an answer whatever else replaces it", () => {
  conversation.load(state(running("r", null, { key_name: "Notebook" })));
  conversation.replace("r", running("r", null, { sequence_number: 0 }));
  conversation.apply(delta("r", 7, "Hello"));
  assert.equal(conversation.response("r").key_name, "Notebook");
});

test("a message sent while an answer is written is queued behind it", () => {
  open(response("a"), running("b", "a"));
  const first = ask("one");
  const second = ask("two");
  assert.deepEqual(shown(), ["a", "b", first, second]);
  assert.deepEqual(
    conversation.path().map(({ queued }) => queued),
    [false, false, true, true],
  );
});

test("what hangs behind a message that was stored goes along with it", () => {
  open(response("a"), running("b", "a"));
  const [first, second, third] = [ask("one"), ask("two"), ask("three")];
  conversation.accept(first, summary("b", 2), waiting("q", "b"));
  assert.deepEqual(shown(), ["a", "b", "q", second, third]);
  conversation.load(state(response("a"), running("b", "a"), waiting("q", "b")), {
    keepBranch: true,
  });
  assert.deepEqual(shown(), ["a", "b", "q", second, third]);
});

test("a queued message is no longer queued from the first event of its answer on", () => {
  open(response("a"), running("b", "a"), waiting("q", "b"));
  assert.equal(last().queued, true);
  const created = { type: "response.created", response: { waiting: false, status: "queued" } };
  assert.equal(conversation.apply({ ...created, stream_id: "q", sequence_number: 0 }), true);
  assert.equal(last().queued, false);
  assert.equal(conversation.apply(delta("q", 1, "Hi")), false);
  assert.equal(textOf("q"), "Hi");
});

test("a queued message that a load shows as begun takes its events from the first one on", () => {
  open(running("b"), waiting("q", "b"));
  const output = response("q").output;
  conversation.load(state(response("b"), running("q", "b", { sequence_number: 4, output })));
  assert.deepEqual([last().queued, conversation.position("q"), textOf("q")], [false, null, undefined]);
});

test("a queued message that was edited elsewhere shows its new text", () => {
  open(running("b"), waiting("q", "b"));
  const edited = { ...waiting("q", "b"), input: [{ role: "user", content: "new words" }] };
  conversation.load(state(running("b"), edited), { keepBranch: true });
  assert.equal(questionText(last().response.input), "new words");
});

test("a message taken back leaves those behind it", () => {
  open(running("b"), waiting("q", "b"), waiting("p", "q"));
  const key = ask("more?");
  conversation.withdraw("p");
  assert.deepEqual(shown(), ["b", "q", key]);
  conversation.withdraw("q");
  assert.deepEqual(shown(), ["b", key]);
  conversation.withdraw(key);
  assert.deepEqual(shown(), ["b"]);
});

test("a message kept from before a reload stands at its place, or at the end if that is gone", () => {
  const letter = requests.ask(conversation, "more?", { model: null });
  const lost = requests.ask(conversation, "lost?", { model: null });
  lost.place.previous_response_id = "gone";
  const reloaded = new Conversation();
  reloaded.load(state(response("a"), response("b", "a")));
  reloaded.hold(letter);
  reloaded.hold(lost);
  assert.deepEqual(
    reloaded.path().map(({ id }) => id),
    ["a", "b", letter.key, lost.key],
  );
});

test("a state is shown on the branch that it holds, whichever is remembered", () => {
  conversation = new Conversation();
  const [root, old, fresh] = [response("r1"), response("r2", "r1"), response("r3", "r1")];
  root.selected_child_id = "r3";
  conversation.load({ ...state(root, old), tree: [root, old, fresh] });
  assert.deepEqual(shown(), ["r1", "r2"]);
});

const chain = (from, to) =>
  Array.from({ length: to - from }, (_, at) =>
    response(`t${from + at}`, from + at ? `t${from + at - 1}` : null),
  );
const window_ = (from, to, cursors) => ({ ...state(...chain(from, to)), ...cursors });

test("earlier turns go above what is here, later ones below", () => {
  conversation = new Conversation();
  conversation.load(window_(4, 6, { earlier: "t4", later: "t5", end: "t9" }));
  assert.deepEqual([shown(), conversation.end, last().last], [["t4", "t5"], "t9", false]);
  conversation.extend("t4", { ...window_(2, 4, { earlier: "t2" }) });
  conversation.extend("t5", { ...window_(6, 10, { later: null, end: "t9" }) });
  assert.deepEqual(shown(), ["t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9"]);
  assert.deepEqual([conversation.end, last().last, conversation.earlier], ["t9", true, "t2"]);
});

test("a page that was asked for before the conversation changed its place is not taken in", () => {
  conversation = new Conversation();
  conversation.load(window_(4, 6, { earlier: "t4" }));
  conversation.extend("t3", window_(0, 3, {}));
  assert.deepEqual(shown(), ["t4", "t5"]);
});

test("the first one here has the arrows of those beside it, and an edit of it the right place", () => {
  const [first, second] = chain(4, 6);
  const other = response("x", "t3");
  conversation = new Conversation();
  const cursors = { earlier: "t4", tree: [first, other, second] };
  conversation.load({ ...state(first, second), ...cursors });
  assert.equal(conversation.path()[0].questions.count, 2);
  const { frame } = requests.edit(conversation, "t4", "else?", { model: null });
  assert.equal(frame.previous_response_id, "t3");
});

test("what was scrolled to stays above what a later load says of the end", () => {
  conversation = new Conversation();
  conversation.load(window_(4, 8, { earlier: "t4" }));
  conversation.extend("t4", window_(0, 4, { earlier: null }));
  conversation.load(window_(6, 9, { earlier: "t6" }), { keepBranch: true });
  assert.deepEqual(shown(), chain(0, 9).map(({ id }) => id));
  assert.equal(conversation.earlier, "t6");
});

test("another branch keeps what is above it, and nothing below", () => {
  conversation = new Conversation();
  conversation.load(window_(0, 8, {}));
  const beside = response("x", "t4");
  const path = [...chain(3, 5), beside];
  conversation.load({ ...state(...path), earlier: "t3", tree: [...chain(3, 6), beside] });
  assert.deepEqual(shown(), ["t0", "t1", "t2", "t3", "t4", "x"]);
  assert.equal(last().questions.count, 2);
});

test("a question that is asked far from the end goes there", () => {
  conversation = new Conversation();
  conversation.load(window_(2, 4, { earlier: "t2", later: "t3", end: "t9" }));
  const letter = requests.ask(conversation, "more?", { model: null });
  assert.equal(letter.frame.previous_response_id, "t9");
  send(letter);
  assert.deepEqual(shown(), ["t2", "t3", letter.key]);
  const next = requests.ask(conversation, "and?", { model: null });
  assert.equal(next.frame.previous_response_id, letter.key);
  send(next);
  conversation.load(window_(7, 10, { earlier: "t7" }));
  assert.deepEqual(shown(), ["t7", "t8", "t9", letter.key, next.key]);
});

test("what is on its way on another branch is not shown on this one", () => {
  conversation = new Conversation();
  conversation.load(window_(5, 8, { earlier: "t5" }));
  const key = ask("more?");
  const beside = [response("x", "t1"), response("y", "x")];
  conversation.load({ ...state(...beside), earlier: "x", tree: [...chain(2, 3), ...beside] });
  assert.deepEqual(shown(), ["x", "y"]);
  conversation.accept(key, summary("r", 2), running("r", "t7"));
  assert.deepEqual(shown(), ["x", "y"]);
});

test("a message that waits further on is known to exist", () => {
  conversation = new Conversation();
  conversation.load({ ...window_(2, 4, { later: "t3", end: "t9" }), running: ["t9"] });
  assert.deepEqual([conversation.exists("t9"), conversation.exists("gone")], [true, false]);
});

test("what goes on in short begins a branch of its own", () => {
  conversation.load(state(response("r1"), response("r2", "r1")));
  const letter = requests.compact(conversation, "r2", { model: "m1" });
  assert.equal(letter.frame.compacts, "r2");
  assert.ok(!("input" in letter.frame));
  conversation.hold(letter);
  assert.deepEqual(shown(), [letter.key]);
  conversation.hold(requests.ask(conversation, "And now?", { model: "m1" }));
  assert.equal(conversation.path().length, 2);
  assert.ok(last().queued || last().pending);
});
