import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decisionsIn,
  isAllowed,
  isDecision,
  openRequests,
  requestsIn,
  toolsDecided,
  Verdicts,
} from "../../static/chat/models/approvals.js";
import { Conversation } from "../../static/chat/models/conversation.js";
import { Reading } from "../../static/chat/models/reading.js";
import { decide } from "../../static/chat/models/requests.js";
import { pick, random } from "./random.mjs";
import { Page, response, state } from "./page.mjs";
import { storage } from "./storage.mjs";

const request = (id, name = "roll", server = "dice") => ({
  type: "mcp_approval_request",
  id,
  name,
  server_label: server,
  arguments: "{}",
});
const answer = (id, approve) => ({ type: "mcp_approval_response", approval_request_id: id, approve });
const asks = (...requests) => response("a", null, { output: requests });
const ROLL = { server_label: "dice", name: "roll" };

test("a whole answer's requests are open until something decides them", () => {
  const output = [request("r1"), answer("r1", true), request("r2")];
  assert.deepEqual(requestsIn(output).map(({ id }) => id), ["r2"]);
  assert.deepEqual(openRequests({ status: "completed", output }).map(({ id }) => id), ["r2"]);
  assert.deepEqual(openRequests({ status: "incomplete", output }), []);
});

test("whatever a provider sent, nothing is asked that can't be answered", () => {
  for (const output of [null, "x", {}, [null, 1, {}], [request(null)], [request("")], [request({})]])
    assert.deepEqual(requestsIn(output), []);
  assert.deepEqual([...decisionsIn(undefined)], []);
  assert.equal(isDecision({ input: [{ role: "user", content: "Why?" }] }), false);
});

test("a tool that is allowed is one of the same server", () => {
  assert.ok(isAllowed([ROLL], request("r")));
  assert.ok(!isAllowed([ROLL], request("r", "flip")));
  assert.ok(!isAllowed([ROLL], request("r", "roll", "cards")));
});

test("decisions name the tools that were asked for, and none where that is not known", () => {
  const input = [answer("r1", true), answer("gone", false)];
  assert.deepEqual(toolsDecided(input, [request("r1")]), [
    { tool: ROLL, approve: true },
    { tool: null, approve: false },
  ]);
});

test("one request is sent as soon as it is decided", () => {
  const verdicts = new Verdicts();
  assert.deepEqual(verdicts.give(asks(request("r1")), "r1", "once"), {
    input: [answer("r1", true)],
    always: [],
  });
  assert.deepEqual(verdicts.give(asks(request("r1")), "r1", "deny").input, [answer("r1", false)]);
});

test("allowed always, it is for all requests of that tool in the answer", () => {
  const response = asks(request("r1"), request("r2", "flip"), request("r3"));
  const verdicts = new Verdicts();
  assert.equal(verdicts.give(response, "r3", "always"), null);
  assert.equal(verdicts.of(response, request("r1")), "always");
  assert.equal(verdicts.next(response).id, "r2");
  assert.deepEqual(verdicts.give(response, "r2", "deny"), {
    input: [answer("r1", true), answer("r2", false), answer("r3", true)],
    always: ["r3"],
  });
});

test("what was decided on some is there after a reload, until it is sent", () => {
  const kept = storage();
  const response = asks(request("r1"), request("r2", "flip"));
  new Verdicts(kept, 7).give(response, "r1", "deny");
  const again = new Verdicts(kept, 7);
  assert.equal(again.of(response, request("r1")), "deny");
  assert.ok(again.has("a"));
  assert.equal(new Verdicts(kept, 8).of(response, request("r1")), null);
  again.takeBack(response, "r1");
  assert.equal(new Verdicts(kept, 7).of(response, request("r1")), null);
  again.give(response, "r2", "once");
  again.forget("a");
  assert.deepEqual([again.has("a"), new Verdicts(kept, 7).has("a"), kept.length], [false, false, 0]);
});

test("what is kept of decisions is bounded, and nothing when it is none of ours", () => {
  const kept = storage();
  const verdicts = new Verdicts(kept, 7);
  const answers = Array.from({ length: 60 }, (_, at) => `resp_${String(at).padStart(2, "0")}`);
  for (const id of answers)
    verdicts.give(response(id, null, { output: [request("r1"), request("r2")] }), "r1", "deny");
  assert.equal(kept.length, 50);
  assert.ok(new Verdicts(kept, 7).has("resp_59"));
  for (const text of ["{", "7", '[["r1","fly"],3,null]']) {
    kept.setItem("verdicts:7:a", text);
    assert.equal(new Verdicts(kept, 7).has("a"), false);
  }
});

test("what is allowed in the conversation needs no decision, but may have another", () => {
  const response = asks(request("r1"), request("r2", "flip"));
  const verdicts = new Verdicts();
  assert.deepEqual(verdicts.give(response, "r2", "once", [ROLL]), {
    input: [answer("r1", true), answer("r2", true)],
    always: [],
  });
  verdicts.forget("a");
  assert.deepEqual(verdicts.give(response, "r1", "deny", [ROLL]), null);
});

test("a decision can be taken back until all are made", () => {
  const response = asks(request("r1"), request("r2"));
  const verdicts = new Verdicts();
  verdicts.give(response, "r1", "deny");
  verdicts.takeBack(response, "r1");
  assert.equal(verdicts.of(response, request("r1")), null);
  assert.equal(verdicts.give(response, "r2", "once"), null);
});

test("in whatever order, with whatever changes of mind, the last word on each is sent once", () => {
  const next = random(7);
  for (let round = 0; round < 300; round++) {
    const ids = ["r1", "r2", "r3", "r4"].slice(0, 1 + Math.floor(next() * 4));
    const response = asks(...ids.map((id) => request(id, id))); // each another tool
    const verdicts = new Verdicts();
    const last = new Map();
    let sent = null;
    while (!sent) {
      const id = pick(next, ids);
      if (next() < 0.2) {
        verdicts.takeBack(response, id);
        last.delete(id);
        continue;
      }
      const verdict = pick(next, ["once", "always", "deny"]);
      last.set(id, verdict);
      sent = verdicts.give(response, id, verdict);
      assert.equal(sent !== null, last.size === ids.length);
    }
    assert.deepEqual(sent.input, ids.map((id) => answer(id, last.get(id) !== "deny")));
    assert.deepEqual(sent.always, ids.filter((id) => last.get(id) === "always"));
  }
});

test("a decision says what it follows, and nothing that is not meant", () => {
  const letter = decide(new Conversation(), "a", { input: [answer("r1", true)], always: [] }, {});
  assert.equal(letter.frame.previous_response_id, "a");
  assert.ok(!("always" in letter.frame));
  const always = { input: [answer("r1", true)], always: ["r1"] };
  assert.deepEqual(decide(new Conversation(), "a", always, {}).frame.always, ["r1"]);
});

test("a decision is on the card at once, and taken off when it is refused", () => {
  const page = new Page({ state: state(1, asks(request("r1"))) });
  page.asking.decide("a", { input: [answer("r1", true)], always: [] });
  assert.deepEqual([...page.path[0].decisions], [["r1", true]]);
  assert.deepEqual(page.path[1].decided, [{ tool: ROLL, approve: true }]);
  const { client_key } = page.sent("response.create").at(-1);
  page.say({ type: "error", status: 409, client_key, error: { message: "Decided already." } });
  assert.equal(page.path.length, 1);
  assert.deepEqual([...page.path[0].decisions], []);
  assert.deepEqual(page.notices, ["Decided already."]);
  assert.equal(page.composer.text, "");
});

test("a page that only reads shows what was decided", () => {
  const decision = response("b", "a", { input: [answer("r1", false)] });
  const [asked, decided] = new Reading([asks(request("r1")), decision]).path();
  assert.deepEqual([...asked.decisions], [["r1", false]]);
  assert.equal(asked.decided, null);
  assert.deepEqual(decided.decided, [{ tool: ROLL, approve: false }]);
});
