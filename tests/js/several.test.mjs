import assert from "node:assert/strict";
import { test } from "node:test";
import { Conversation } from "../../static/chat/models/conversation.js";
import { ask } from "../../static/chat/models/requests.js";
import { Several } from "../../static/chat/models/several.js";
import { storage } from "./storage.mjs";
import { event, Page, response, running, state, summary, waiting } from "./page.mjs";

const models = ["m1", "m2", "m3", "m4", "m5"].map((id) => ({ id, label: id.toUpperCase() }));
const columnsOf = (turn) => turn.columns?.map(({ id }) => id) ?? null;

test("two to four models that are offered can be asked at once", () => {
  const several = new Several(models);
  assert.deepEqual(several.options(), {});
  several.choose(["m3", "m1", "gone"]);
  assert.deepEqual(several.options(), { model: undefined, models: ["m1", "m3"] });
  several.choose(["m3", "gone"]);
  assert.deepEqual(several.options(), {});
  several.choose(models.map(({ id }) => id));
  assert.equal(several.ids.length, 4);
  assert.equal(several.labelOf("m2"), "M2");
});

test("the choice is kept over a reload, for each conversation alone", () => {
  const kept = storage();
  const several = new Several(models, kept, 1);
  several.choose(["m1", "m2"]);
  several.open("c1");
  assert.deepEqual(several.ids, []);
  several.choose(["m2", "m3"]);
  const reloaded = new Several(models, kept, 1);
  assert.deepEqual(reloaded.ids, ["m1", "m2"]);
  reloaded.open("c1");
  assert.deepEqual(reloaded.ids, ["m2", "m3"]);
  reloaded.choose([]);
  reloaded.open("c1");
  assert.deepEqual(reloaded.ids, []);
  assert.deepEqual(new Several(models, kept, 2).ids, [], "another person of this browser");
});

test("a conversation that begins takes the choice along", () => {
  const kept = storage();
  const several = new Several(models, kept, 1);
  several.choose(["m1", "m2"]);
  several.adopt("c1");
  assert.deepEqual(several.ids, ["m1", "m2"]);
  assert.deepEqual(new Several(models, kept, 1).ids, []);
  several.open("c1");
  assert.deepEqual(several.ids, ["m1", "m2"]);
});

test("what is offered no more, or was never written here, is no choice", () => {
  for (const text of ['["m1","gone"]', '"m1"', "{", "null", '{"a":1}', "[1,2]"]) {
    const kept = storage();
    kept.setItem("several:1:", text);
    assert.deepEqual(new Several(models, kept, 1).ids, []);
  }
});

test("an answer is made again by several, in place of those that stood there", () => {
  const page = new Page({ state: state(1, response("a", null)) });
  page.asking.retry("a", null, ["m1", "m2"]);
  const { client_key, ...frame } = page.sent("response.create").at(-1);
  assert.deepEqual([frame.retry_of, frame.models, frame.model], ["a", ["m1", "m2"], undefined]);
  const more = { retry_of: "a" };
  page.say({
    type: "response.accepted",
    client_key,
    conversation: summary(2),
    response: running("b", null, more),
    others: [running("c", null, more)],
  });
  assert.deepEqual(columnsOf(page.path[0]), ["b", "c"]);
  page.asking.retry("b", null, ["m2", "m3"]);
  const again = page.sent("response.create").at(-1).client_key;
  page.say({
    type: "response.accepted",
    client_key: again,
    conversation: summary(3),
    response: running("d", null, more),
    others: [running("e", null, more)],
  });
  assert.deepEqual(columnsOf(page.path[0]), ["d", "e"]);
});

test("a question to several models names them, and no other one", () => {
  const letter = ask(new Conversation(), "Why?", { model: undefined, models: ["m1", "m2"] });
  const sent = JSON.parse(JSON.stringify(letter.frame));
  assert.deepEqual(sent.models, ["m1", "m2"]);
  assert.ok(!("model" in sent));
});

function asked(page) {
  page.asking.several = { options: () => ({ model: undefined, models: ["m1", "m2"] }) };
  page.asking.ask("Why?");
  const { client_key } = page.sent("response.create").at(-1);
  page.say({
    type: "response.accepted",
    client_key,
    conversation: summary(1),
    response: running("a", null),
    others: [running("b", null, { retry_of: "a" })],
  });
}

test("their answers stand side by side and stream, each on its own", () => {
  const page = new Page();
  asked(page);
  assert.deepEqual(page.shown, ["a"]);
  assert.deepEqual(columnsOf(page.path[0]), ["a", "b"]);
  const { conversation } = page.session;
  page.say(event("b", 0, "output_item.added", { output_index: 0, item: { type: "message", content: [] } }));
  assert.equal(conversation.response("b").output.length, 1);
  assert.equal(conversation.response("a").output.length, 0);
});

test("Stop stops all of them that still run", () => {
  const page = new Page();
  asked(page);
  page.asking.stop();
  assert.deepEqual(page.sent("response.cancel").map((frame) => frame.response_id), ["a", "b"]);
});

test("a page that is loaded shows them side by side, and follows each", () => {
  const [a, b] = [running("a", null), running("b", null, { retry_of: "a" })];
  const given = { ...state(1, a, b), responses: [a], others: [b], beside: ["a", "b"], selected_root_id: "a" };
  const page = new Page({ state: given });
  assert.deepEqual(columnsOf(page.path[0]), ["a", "b"]);
  assert.deepEqual(page.sent("response.follow").map((frame) => frame.response_id), ["a", "b"]);
});

test("once one is kept the others are behind the arrows", () => {
  const [a, b] = [response("a", null), response("b", null, { retry_of: "a" })];
  const conversation = new Conversation();
  conversation.load({ ...state(1, a, b), responses: [a], others: [b], beside: ["a", "b"] });
  conversation.load({ ...state(2, a, b), responses: [b], others: [], beside: [] });
  const [turn] = conversation.path();
  assert.equal(turn.id, "b");
  assert.equal(turn.columns, null);
  assert.equal(turn.answers.count, 2);
});

test("to go on from one of them keeps it", () => {
  const page = new Page();
  asked(page);
  page.asking.several = { options: () => ({}) };
  page.asking.ask("And then?");
  assert.equal(page.path[0].columns, null);
  assert.equal(page.path[0].answers.count, 2);
});

test("a question to several that waits is withdrawn as one", () => {
  const [a, b, c] = [running("a", null), waiting("b", "a"), waiting("c", "a", { retry_of: "b" })];
  const conversation = new Conversation();
  conversation.load({ ...state(1, a, b, c), responses: [a, b], others: [c], beside: ["b", "c"] });
  conversation.withdraw("b");
  assert.deepEqual(conversation.path().map(({ id }) => id), ["a"]);
});
