import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { questionText } from "../../static/chat/models/items.js";
import { Conversation } from "../../static/chat/models/conversation.js";

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
const summary = (answering = null) => ({
  id: "c1",
  title: "t",
  updated_at: "2026-11-23T00:00:00Z",
  answering,
});
const state = (...responses) => ({
  conversation: summary(),
  tree: responses,
  selected_root_id: null,
  responses,
});
const shown = () => conversation.path().map(({ id }) => id);

let conversation;

beforeEach(() => {
  conversation = new Conversation();
  conversation.load(state(response("a"), response("b", "a")));
});

test("a new question hangs below the end of the branch shown and is shown at once", () => {
  const frame = conversation.ask("more?", "model_2");
  assert.deepEqual(
    { ...frame, client_key: "key" },
    {
      type: "response.create",
      client_key: "key",
      input: "more?",
      model: "model_2",
      conversation: "c1",
      previous_response_id: "b",
    },
  );
  const last = conversation.path().at(-1);
  assert.equal(last.pending, true);
  assert.equal(questionText(last.response.input), "more?");
});

test("the first question of all names no conversation", () => {
  const frame = new Conversation().ask("hello", null);
  assert.deepEqual([frame.conversation, frame.previous_response_id], [null, null]);
});

test("an edit is a sibling of the question", () => {
  const frame = conversation.edit("a", "other", null);
  assert.deepEqual([frame.conversation, frame.previous_response_id], ["c1", null]);
  assert.deepEqual(shown(), [frame.client_key]);
  assert.equal(conversation.path()[0].questions.count, 2);
});

test("a retry names only the answer and the model, and shows the same question", () => {
  const frame = conversation.retry("b", null);
  assert.deepEqual(Object.keys(frame).sort(), ["client_key", "model", "retry_of", "type"]);
  assert.deepEqual([frame.retry_of, frame.model], ["b", "model_1"]);
  const last = conversation.path().at(-1);
  assert.deepEqual([last.answers.index, last.answers.count, last.questions.count], [1, 2, 1]);
  assert.equal(questionText(last.response.input), "question b");
});

test("the acknowledgement puts the stored response in the place of what was sent", () => {
  const { client_key: key } = conversation.ask("more?", null);
  conversation.accept(key, summary("r"), response("r", "b", { status: "queued", output: [] }));
  assert.deepEqual(shown(), ["a", "b", "r"]);
  assert.deepEqual(
    conversation.running().map(({ id }) => id),
    ["r"],
  );
});

test("a second acknowledgement of the same message changes nothing", () => {
  const { client_key: key } = conversation.ask("more?", null);
  const stored = response("r", "b", { status: "in_progress", output: [] });
  conversation.accept(key, summary("r"), stored);
  conversation.apply({
    type: "response.output_text.delta",
    stream_id: "r",
    sequence_number: 0,
    output_index: 0,
    content_index: 0,
    delta: "Hi",
  });
  conversation.accept(key, summary("r"), stored);
  assert.equal(conversation.response("r").output[0].content[0].text, "Hi");
});

test("a refused question is taken back, with its text", () => {
  const { client_key: key } = conversation.ask("more?", null);
  assert.equal(questionText(conversation.refuse(key).input), "more?");
  assert.deepEqual(shown(), ["a", "b"]);
  assert.equal(conversation.refuse(key), undefined);
});

test("what streams in here is ahead of what a load can say", () => {
  const { client_key: key } = conversation.ask("more?", null);
  conversation.accept(key, summary("r"), response("r", "b", { status: "in_progress", output: [] }));
  conversation.apply({
    type: "response.output_text.delta",
    stream_id: "r",
    sequence_number: 0,
    output_index: 0,
    content_index: 0,
    delta: "Hello",
  });
  conversation.load(
    state(
      response("a"),
      response("b", "a"),
      response("r", "b", { status: "in_progress", output: [] }),
    ),
  );
  assert.equal(conversation.response("r").output[0].content[0].text, "Hello");
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

test("a question on its way survives news from another tab", () => {
  const { client_key: key } = conversation.ask("more?", null);
  conversation.load(state(response("a"), response("b", "a")), { keepBranch: true });
  assert.deepEqual(shown(), ["a", "b", key]);
});

test("a snapshot replaces what was known of an answer", () => {
  conversation.replace("b", response("b", "a", { status: "in_progress", sequence_number: 9 }));
  assert.deepEqual(
    conversation.running().map(({ id }) => id),
    ["b"],
  );
});
