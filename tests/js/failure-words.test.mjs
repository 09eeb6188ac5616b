import assert from "node:assert/strict";
import { test } from "node:test";

const SENTENCES = {
  failure_quota: "{name} 的额度已用完。",
  itSays: "它的说明：{words}",
  tryAgainAfter: "请在 {time} 之后重试。",
};
const spans = Object.entries(SENTENCES).map(([name, textContent]) => ({ dataset: { name }, textContent }));
globalThis.document = {
  getElementById: () => ({ content: { querySelectorAll: () => spans } }),
  documentElement: { lang: "zh-hans" },
};
const { failureWords } = await import("../../static/chat/elements/failure-words.js");

const message = "Example has no credit left.";
const error = (failure) => ({ code: "quota", message, failure });

test("a failure is told in the language of the page, with the provider's own words", () => {
  assert.equal(failureWords(error({ kind: "quota", name: "Example" })), "Example 的额度已用完。");
  assert.equal(
    failureWords(error({ kind: "quota", name: "Example", words: "Pay {name}." })),
    "Example 的额度已用完。 它的说明：Pay {name}.",
  );
});

test("until when is told with its day, unless that is today", () => {
  const noon = new Date(2026, 10, 26, 12).getTime() / 1000;
  const told = (until) => failureWords(error({ kind: "quota", name: "E", until }), noon);
  assert.match(told(noon + 60), /请在 12:01 之后/);
  assert.match(told(noon + 86_400), /2026.11.27.*12:00/);
});

test("an error that was stored with its words alone, or is of an unknown kind, is told as it was", () => {
  assert.equal(failureWords(error(undefined)), message);
  assert.equal(failureWords(error("quota")), message);
  assert.equal(failureWords(error({ kind: "unheard of" })), message);
  assert.equal(failureWords(null), "");
  assert.equal(failureWords({}), "");
});
