import assert from "node:assert/strict";
import { test } from "node:test";
import { isRunning, statusOf } from "../../static/chat/models/status.js";

const message = (text) => [{ type: "message", content: [{ type: "output_text", text }] }];
const name = (response, pending, now) => statusOf(response, pending, now)?.name ?? null;
const incomplete = (reason, output = []) => ({
  status: "incomplete",
  output,
  incomplete_details: { reason },
});

test("a question on its way says so before anything else", () => {
  assert.equal(name({ status: "queued", output: [] }, "sending"), "sending");
  assert.equal(name({ status: "queued", output: [] }, "offline"), "offline");
  assert.equal(name({ status: "queued", output: [] }, "saving"), "saving");
  assert.equal(name({ status: "queued", output: [] }, "held"), "queued");
});

test("an answer that waits for its turn is queued, not thinking", () => {
  assert.equal(name({ status: "queued", output: [], waiting: true, background: true }), "queued");
});

test("work in the background is named as such until its end", () => {
  const background = { background: true, output: [] };
  assert.equal(name({ ...background, status: "queued" }), "queuedFor");
  assert.equal(name({ ...background, status: "in_progress" }), "inBackground");
  assert.equal(name({ ...background, status: "queued", output: message("Hi") }), "inBackground");
  assert.equal(name({ ...background, status: "completed", output: message("Hi") }), null);
});

test("a provider that makes us wait is named with its reason until it is asked again", () => {
  const retry = { at: 100, message: "The provider is busy." };
  const response = { status: "queued", output: [], retry };
  const { name: shown, error, until } = statusOf(response, null, 96);
  assert.deepEqual([shown, error.message, until], ["retryIn", "The provider is busy.", 100]);
  assert.equal(name({ ...response, background: true }, null, 96), "retryIn");
  assert.equal(name(response, null, 101), "askingAgain");
  assert.equal(name(response, null, 200), "thinking");
  assert.equal(name({ ...response, status: "in_progress" }, null, 101), "thinking");
  assert.equal(name({ ...response, output: message("Hello") }, null, 96), "writing");
});

test("an answer can go on where it was cut, if there is anything to go on from", () => {
  const goesOn = (response) => statusOf(response)?.goOn ?? false;
  assert.equal(goesOn(incomplete("interrupted", message("Half"))), true);
  assert.equal(goesOn(incomplete("max_output_tokens", message("Half"))), true);
  assert.equal(goesOn({ status: "cancelled", output: message("Half") }), true);
  assert.equal(goesOn(incomplete("interrupted")), false);
  assert.equal(goesOn(incomplete("content_filter", message("Half"))), false);
  assert.equal(goesOn({ status: "failed", output: message("Half") }), false);
  assert.equal(goesOn({ status: "completed", output: message("All") }), false);
});

test("an answer whose limit was used up by thinking has it raised, and not gone on", () => {
  const thought = [{ type: "reasoning", summary: [] }];
  assert.equal(name(incomplete("max_output_tokens", thought)), "usedUp");
  assert.equal(statusOf(incomplete("max_output_tokens", thought)).retry, true);
  assert.equal(name(incomplete("max_output_tokens", message("Half"))), "cut");
  assert.equal(name(incomplete("interrupted", thought)), "interrupted");
});

test("an answer without words yet is thinking, with words it is writing", () => {
  assert.equal(name({ status: "queued", output: [] }), "thinking");
  assert.equal(
    name({ status: "in_progress", output: [{ type: "reasoning", summary: [] }] }),
    "thinking",
  );
  assert.equal(name({ status: "in_progress", output: message("Hello") }), "writing");
});

test("an answer that ended well needs no words", () => {
  assert.equal(statusOf({ status: "completed", output: message("Hello") }), null);
});

test("of what a script told of nobody waits for an answer", () => {
  assert.equal(statusOf({ status: "completed", output: [], model: "" }), null);
});

test("every other end is named and can be tried again", () => {
  const ends = [
    [{ status: "cancelled", output: [] }, "stopped"],
    [incomplete("interrupted"), "interrupted"],
    [incomplete("max_output_tokens"), "usedUp"],
    [incomplete("content_filter"), "filtered"],
    [incomplete("something new"), "incomplete"],
    [{ status: "incomplete", output: [], incomplete_details: null }, "incomplete"],
    [{ status: "failed", output: [] }, "failed"],
    [{ status: "failed", output: message("Half") }, "brokeOff"],
    [{ status: "completed", output: [] }, "empty"],
    [{ status: "completed", output: [], removed: ["0"] }, "takenOut"],
  ];
  for (const [response, expected] of ends) {
    assert.equal(name(response), expected);
    assert.equal(statusOf(response).retry, true);
  }
});

test("an answer that the next message steered needs nothing", () => {
  const { name: shown, retry, goOn } = statusOf(incomplete("steered", message("Half")));
  assert.deepEqual([shown, retry, goOn], ["steered", false, false]);
});

test("a failure carries the server's sentence", () => {
  assert.equal(
    statusOf({ status: "failed", output: [], error: { message: "Busy." } }).error.message,
    "Busy.",
  );
  assert.equal(statusOf({ status: "failed", output: [], error: null }).error, null);
});

test("queued and in progress are running, all else is not", () => {
  const running = [
    "queued",
    "in_progress",
    "completed",
    "incomplete",
    "failed",
    "cancelled",
  ].filter((status) => isRunning({ status }));
  assert.deepEqual(running, ["queued", "in_progress"]);
});

test("an answer that called tools without end says so, and can go on", () => {
  assert.equal(name(incomplete("tool_limit")), "toolLimit");
  assert.equal(statusOf(incomplete("tool_limit", message("So far"))).goOn, true);
});

test("a provider that makes us wait between two calls is named with its reason", () => {
  const retry = { at: 100, message: "The provider is busy." };
  const output = [{ type: "function_call" }, { type: "function_call_output" }];
  assert.equal(name({ status: "queued", output, retry }, null, 96), "retryIn");
  assert.equal(name({ status: "queued", output: message("Hi"), retry }, null, 96), "writing");
});
