import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerText,
  hasText,
  questionText,
  reasoningText,
} from "../../static/chat/models/items.js";

test("a question is the text of the person's messages, however it is written", () => {
  assert.equal(questionText([{ role: "user", content: "plain" }]), "plain");
  const parts = [
    { type: "input_text", text: "one" },
    { type: "input_image", image_url: "x" },
    { type: "input_text", text: "two" },
  ];
  assert.equal(
    questionText([
      { role: "system", content: "hidden" },
      { type: "message", role: "user", content: parts },
    ]),
    "one\n\ntwo",
  );
  assert.equal(questionText(undefined), "");
});

test("an answer is its messages' texts and refusals, without reasoning and calls", () => {
  const output = [
    { type: "reasoning", summary: [{ text: "hidden" }] },
    {
      type: "message",
      content: [
        { type: "output_text", text: "one" },
        { type: "refusal", refusal: "no" },
      ],
    },
    { type: "function_call", name: "f", arguments: "{}" },
    { type: "message", content: null },
  ];
  assert.equal(answerText(output), "one\n\nno");
  assert.equal(hasText(output), true);
  assert.equal(
    hasText([{ type: "message", content: [{ type: "output_text", text: " " }] }]),
    false,
  );
});

test("reasoning is its summary, or its text where it has none", () => {
  assert.equal(
    reasoningText({
      summary: [{ text: "a" }, { text: "" }, { text: "b" }],
      content: [{ text: "c" }],
    }),
    "a\n\nb",
  );
  assert.equal(reasoningText({ summary: [], content: [{ text: "c" }] }), "c");
  assert.equal(reasoningText({}), "");
});
