import assert from "node:assert/strict";
import { test } from "node:test";
import { isRunning, statusOf } from "../../static/chat/models/status.js";

const message = (text) => [{ type: "message", content: [{ type: "output_text", text }] }];
const name = (response, pending) => statusOf(response, pending)?.name ?? null;

test("a question on its way says so before anything else", () => {
  assert.equal(name({ status: "queued", output: [] }, "sending"), "sending");
  assert.equal(name({ status: "queued", output: [] }, "offline"), "offline");
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

test("every other end is named and can be tried again", () => {
  const incomplete = (reason) => ({
    status: "incomplete",
    output: [],
    incomplete_details: { reason },
  });
  const ends = [
    [{ status: "cancelled", output: [] }, "stopped"],
    [incomplete("interrupted"), "interrupted"],
    [incomplete("max_output_tokens"), "cut"],
    [incomplete("content_filter"), "filtered"],
    [incomplete("something new"), "incomplete"],
    [{ status: "incomplete", output: [], incomplete_details: null }, "incomplete"],
    [{ status: "failed", output: [] }, "failed"],
    [{ status: "failed", output: message("Half") }, "brokeOff"],
    [{ status: "completed", output: [] }, "empty"],
  ];
  for (const [response, expected] of ends) {
    assert.equal(name(response), expected);
    assert.equal(statusOf(response).retry, true);
  }
});

test("a failure carries the server's sentence", () => {
  assert.equal(
    statusOf({ status: "failed", output: [], error: { message: "Busy." } }).detail,
    "Busy.",
  );
  assert.equal(statusOf({ status: "failed", output: [], error: null }).detail, "");
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
