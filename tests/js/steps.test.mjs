import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { phaseOf, stateOf, stepOf } from "../../static/chat/models/steps.js";
import { statusOf } from "../../static/chat/models/status.js";

const running = (item) => phaseOf([{ status: "in_progress", ...item }]);

test("what a tool does meanwhile is named by what it works with", () => {
  const action = { type: "search", query: "  prime\nnumbers " };
  assert.deepEqual(running({ type: "web_search_call", action }), {
    name: "searchingWebFor",
    values: { query: "prime numbers" },
  });
  assert.equal(running({ type: "code_interpreter_call", status: "interpreting" }).name, "runningCode");
  assert.equal(running({ type: "file_search_call", status: "searching" }).name, "readingFiles");
  assert.deepEqual(running({ type: "mcp_call", name: "roll", server_label: "dice" }).values, {
    name: "roll",
    server: "dice",
  });
});

test("a tool that may be of this server is named by itself, one of a namespace is not", () => {
  const { doing, done } = stepOf({ type: "function_call", name: "calculate" });
  assert.deepEqual([doing.tool, done.tool], ["calculate", "calculate"]);
  assert.deepEqual(done.values, { name: "calculate" });
  const other = stepOf({ type: "function_call", name: "calculate", namespace: "theirs" });
  assert.equal(other.done.tool, undefined);
  assert.equal(stepOf({ type: "function_call", name: null }).done.tool, undefined);
});

test("a tool of an MCP server that is called from here is named as one that a provider calls", () => {
  const named = (name) => running({ type: "function_call", name });
  assert.deepEqual(named("mcp__my_dice__roll"), {
    name: "usingServer",
    values: { name: "roll", server: "my_dice" },
  });
  assert.deepEqual(named("mcp__dice__a__b-1").values, { name: "a__b-1", server: "dice" });
  assert.deepEqual(named("mcp__dice").values, { name: "mcp__dice" });
});

test("the newest tool that still works is the phase; done ones are none", () => {
  const done = { type: "web_search_call", status: "completed" };
  assert.equal(phaseOf([done]), null);
  assert.equal(phaseOf([{ type: "function_call", name: "f", status: "in_progress" }, done]).name, "calling");
  assert.equal(phaseOf([]), null);
  assert.equal(phaseOf(undefined), null);
});

test("a command's output names its command", () => {
  const call = { type: "shell_call", call_id: "c", status: "completed", action: { commands: ["ls"] } };
  const output = { type: "shell_call_output", call_id: "c", status: "in_progress", output: [] };
  assert.deepEqual(phaseOf([call, output]).values, { command: "ls" });
});

test("the line below a running answer knows the phase", () => {
  const item = { type: "image_generation_call", status: "generating" };
  const response = { status: "in_progress", output: [item] };
  assert.equal(statusOf(response).phase.name, "drawing");
  assert.equal(statusOf({ ...response, background: true }).phase.name, "drawing");
});

test("failed and cut-off steps are told from those that are done", () => {
  assert.equal(stateOf({ status: "completed" }), "done");
  assert.equal(stateOf({}), "done");
  assert.equal(stateOf({ status: "incomplete" }), "incomplete");
  assert.equal(stateOf({ status: "completed", error: { message: "no" } }), "failed");
  assert.equal(stateOf({ status: "completed" }, { status: "failed" }), "failed");
  assert.equal(stateOf({ status: "searching" }), "running");
});

test("nothing in an item can break its step, and each sentence of a step is in the page", () => {
  const source = readFileSync("static/chat/models/steps.js", "utf8");
  const page = readFileSync("templates/conversations/messages.html", "utf8");
  const types = [...source.matchAll(/^  (\w+):/gm)]
    .map(([, type]) => type)
    .filter((type) => stepOf({ type }));
  assert.ok(types.length > 20);
  for (const type of types) {
    for (const value of [undefined, null, 7, "x", [], [null, 7], {}, { type: 3, url: {} }]) {
      const fields = ["action", "actions", "queries", "name", "tools", "operation", "server_label"];
      const item = Object.fromEntries(fields.map((field) => [field, value]));
      const { doing, done } = stepOf({ type, ...item });
      for (const { name } of [doing, done]) assert.match(page, new RegExp(`data-name="${name}"`), name);
    }
  }
  assert.equal(stepOf({ type: "toString" }), null);
});

test("a function of ours that could not do it has failed", () => {
  const call = { type: "function_call", status: "completed", name: "add" };
  const output = (text, status = "completed") => ({ type: "function_call_output", status, output: text });
  assert.equal(stateOf(call, output('{"error": "No."}')), "failed");
  assert.equal(stateOf(call, output('{"error": "Stopped."}', "incomplete")), "incomplete");
  assert.equal(stateOf(call, output('{"result": "3"}')), "done");
  assert.equal(stateOf(call, output("", "in_progress")), "running");
});
