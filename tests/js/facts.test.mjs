import assert from "node:assert/strict";
import { test } from "node:test";

const SENTENCES = {
  tokensInOut: "{input} in, {output} out",
  tokensInAll: "{total} in all",
  tokensUnknown: "not reported",
  timings: "",
  throughKey: "through {name}",
};
const spans = Object.entries(SENTENCES).map(([name, textContent]) => ({ dataset: { name }, textContent }));
globalThis.document = {
  getElementById: () => ({ content: { querySelectorAll: () => spans } }),
  documentElement: { lang: "en" },
};
const { linesOf, reviewOf } = await import("../../static/chat/elements/facts.js");

const CASES = [
  [{ input_tokens: 7, output_tokens: 0, total_tokens: 7 }, "7 in, 0 out"],
  [{ input_tokens: null, output_tokens: null, total_tokens: 1200 }, "1,200 in all"],
  [{ input_tokens: null, output_tokens: null, total_tokens: null }, "not reported"],
  [{ input_tokens: 7, output_tokens: null, total_tokens: null }, "not reported"],
  [null, "not reported"],
];

test("what a provider has not counted is said to be unknown, and never 0", () => {
  for (const [usage, told] of CASES) {
    const response = { usage, completed_at: 1, created_at: 1, status: "completed" };
    assert.ok(linesOf(response, []).split("\n").includes(told), told);
    assert.ok(reviewOf(response).split(" · ").includes(told), told);
  }
});

test("of an answer that runs nothing is said to be missing", () => {
  const response = { usage: null, completed_at: null, created_at: 1, status: "in_progress" };
  assert.ok(!linesOf(response, []).includes("not reported"));
  assert.ok(!reviewOf(response).includes("not reported"));
});

test("it is told through which key a script asked", () => {
  const response = { usage: null, created_at: 1, status: "completed" };
  assert.ok(reviewOf({ ...response, key_name: "Notebook" }).startsWith("through Notebook · "));
  assert.equal(linesOf({ ...response, key_name: "Notebook" }, []), "through Notebook");
  for (const told of [reviewOf(response), linesOf(response, [])]) assert.ok(!told.includes("through"));
});
