import assert from "node:assert/strict";
import { test } from "node:test";

const spans = Object.entries({ called: "Called {name}", tool_calculate: "Calculator" });
const template = {
  content: {
    querySelectorAll: () => spans.map(([name, text]) => ({ dataset: { name }, textContent: text })),
  },
};
globalThis.document = { getElementById: () => template };
const { told, toolLabel } = await import("../../static/chat/messages.js");
const { toolName } = await import("../../static/chat/elements/tool-name.js");
const { stepOf } = await import("../../static/chat/models/steps.js");

const card = (name) => told(stepOf({ type: "function_call", name, status: "completed" }).done);

test("a tool of this server is told by its label, any other by its name", () => {
  assert.equal(card("calculate"), "Calculator");
  assert.equal(card("forecast"), "Called forecast");
  assert.equal(card("toString"), "Called toString");
  assert.equal(toolLabel(undefined), null);
});

test("who asks for a tool of this server names it so, and never another server's", () => {
  assert.equal(toolName({ name: "calculate", server_label: "" }), "Calculator");
  assert.equal(toolName({ name: "forecast", server_label: "" }), "forecast");
  assert.notEqual(toolName({ name: "calculate", server_label: "theirs" }), "Calculator");
});
