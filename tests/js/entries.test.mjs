import assert from "node:assert/strict";
import { test } from "node:test";
import { entriesOf } from "../../static/chat/models/entries.js";

const text = { type: "message", content: [{ type: "output_text", text: "So." }] };
const search = { type: "web_search_call" };
const thought = { type: "reasoning", summary: [] };
const call = (id) => ({ type: "function_call", call_id: id });
const result = (id) => ({ type: "function_call_output", call_id: id, output: id });
const shape = (items) =>
  entriesOf(items).map(({ entries, item, count }) =>
    entries ? [count, ...entries.map((entry) => entry.item.type)] : item.type,
  );

test("a call and what came of it are one, also when calls are interleaved", () => {
  const [one, two, ...rest] = entriesOf([call("a"), call("b"), result("b"), result("a")]);
  assert.deepEqual([one.outcome.output, two.outcome.output, rest.length], ["a", "b", 0]);
});

test("an output whose call is elsewhere stands for itself", () => {
  assert.deepEqual(shape([result("x"), result("x")]), ["function_call_output", "function_call_output"]);
});

test("a local shell's output names its call by its own id", () => {
  const items = [
    { type: "local_shell_call", id: "i", call_id: "c" },
    { type: "local_shell_call_output", id: "c", output: "o" },
  ];
  assert.equal(entriesOf(items)[0].outcome.output, "o");
});

test("tools in a row fold once the text begins, and not before", () => {
  const tools = [search, call("a"), result("a")];
  assert.deepEqual(shape(tools), ["web_search_call", "function_call"]);
  assert.deepEqual(shape([...tools, { type: "message", content: [] }]).length, 3);
  assert.deepEqual(shape([...tools, text]), [[2, "web_search_call", "function_call"], "message"]);
});

test("thoughts between tools fold with them, those before and after do not", () => {
  assert.deepEqual(shape([thought, search, thought, search, thought, text]), [
    "reasoning",
    [2, "web_search_call", "reasoning", "web_search_call"],
    "reasoning",
    "message",
  ]);
});

test("one tool stays as it is; what only prepares is not counted", () => {
  assert.deepEqual(shape([search, text]), ["web_search_call", "message"]);
  assert.deepEqual(shape([{ type: "mcp_list_tools" }, search, text]), [
    "mcp_list_tools",
    "web_search_call",
    "message",
  ]);
});

test("pictures, questions for approval and unknown kinds stay in sight", () => {
  const url = "data:image/png;base64,AAAA";
  const drawn = { type: "code_interpreter_call", outputs: [{ type: "image", url }] };
  const kinds = [drawn, { type: "image_generation_call" }, { type: "mcp_approval_request" }, { type: "acme:x" }];
  assert.deepEqual(shape([...kinds, text]).length, 5);
});

test("a call that its person is asked about is shown as the question alone", () => {
  const call = { type: "function_call", call_id: "a", name: "ring", status: "completed" };
  const request = { type: "mcp_approval_request", id: "ask_1", call_id: "a", name: "ring" };
  const shown = (items) => entriesOf(items).map(({ item }) => item.type);
  assert.deepEqual(shown([call, request]), ["mcp_approval_request"]);
  assert.deepEqual(shown([call]), ["function_call"]);
  const other = { ...request, call_id: undefined };
  assert.deepEqual(shown([call, other]), ["function_call", "mcp_approval_request"]);
});
