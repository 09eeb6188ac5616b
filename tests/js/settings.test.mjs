import assert from "node:assert/strict";
import { test } from "node:test";
import { Settings, brief, linesOf, read, withoutTools } from "../../static/chat/models/settings.js";
import { storage } from "./storage.mjs";

const parameter = (name, kind, more = {}) => ({
  name,
  kind,
  label: name,
  choices: [],
  least: null,
  most: null,
  default: null,
  ...more,
});
const TEMPERATURE = parameter("temperature", "number", { least: 0, most: 2 });
const EFFORT = parameter("reasoning.effort", "choice", { choices: ["low", "high"] });
const FORMAT = parameter("text.format", "format");

function settingsOf({ kept = storage() } = {}) {
  const models = [{ id: "m1", unsupported: [] }];
  const changes = [];
  const settings = new Settings([TEMPERATURE, EFFORT], models, kept, 1, () => changes.push(1));
  return { settings, changes, kept };
}

const answer = (id, chosen = {}, more = {}) => ({ id, chosen, model_id: "m1", ...more });

test("a message begins with the settings of the last answer on its branch", () => {
  const { settings } = settingsOf();
  settings.follow("c1", answer("r1", { temperature: 0.5 }));
  assert.deepEqual(settings.options(), { settings: { temperature: 0.5 } });
  settings.follow("c1", answer("r2"));
  assert.deepEqual(settings.options(), {});
});

test("what is set and not sent yet survives a reload, on its branch alone", () => {
  const { settings, kept } = settingsOf();
  settings.follow("c1", answer("r1"));
  settings.set("temperature", 0.2);
  const { settings: again } = settingsOf({ kept });
  again.follow("c1", answer("r1"));
  assert.deepEqual(again.chosen, { temperature: 0.2 });
  again.follow("c1", answer("r2", { temperature: 1 }));
  assert.deepEqual(again.chosen, { temperature: 1 });
  again.follow("c1", answer("r1"));
  assert.deepEqual(again.chosen, {}, "sent or left behind, it is no draft any more");
});

test("another look at the same end of the branch changes nothing", () => {
  const { settings, changes } = settingsOf();
  settings.follow("c1", answer("r1"));
  settings.set("temperature", 0.2);
  settings.follow("c1", answer("r1"));
  assert.deepEqual(settings.chosen, { temperature: 0.2 });
  assert.equal(changes.length, 2);
});

test("once the end of a branch is here, its own settings take the place of a guess", () => {
  const { settings } = settingsOf();
  settings.follow("c1", answer("r9", { temperature: 1 }, { isGuess: true }));
  assert.deepEqual(settings.chosen, { temperature: 1 });
  settings.follow("c1", answer("r9", { temperature: 0.1 }));
  assert.deepEqual(settings.chosen, { temperature: 0.1 });
  settings.set("temperature", 0.3);
  settings.follow("c1", answer("r9", { temperature: 1 }, { isGuess: true }));
  settings.follow("c1", answer("r9", { temperature: 0.1 }));
  assert.deepEqual(settings.chosen, { temperature: 0.3 }, "what was set since is kept");
});

test("a parameter is reset, and an answer asked for again, as that answer was", () => {
  const { settings } = settingsOf();
  settings.follow(null, null);
  settings.set("temperature", 0.2);
  settings.set("reasoning.effort", "low");
  settings.set("temperature", undefined);
  assert.deepEqual(settings.chosen, { "reasoning.effort": "low" });
  assert.deepEqual(settings.options(answer("r1", { temperature: 2 })), {
    settings: { temperature: 2 },
  });
});

test("what a model was seen to refuse is not offered, nor shown as set", () => {
  const { settings } = settingsOf();
  settings.follow("c1", answer("r1", { temperature: 1 }, { unsupported: ["temperature"] }));
  assert.deepEqual(settings.offered("m1"), [EFFORT]);
  assert.deepEqual(settings.deviating("m1"), []);
  assert.deepEqual(settings.offered("m2"), [TEMPERATURE, EFFORT]);
});

test("an answer can be no longer than the model's longest", () => {
  const longest = parameter("max_output_tokens", "integer", { least: 1, most: 1e7 });
  const models = [{ id: "m1", unsupported: [], max_output: 500 }];
  const settings = new Settings([longest], models, storage(), 1, () => {});
  assert.equal(settings.offered("m1")[0].most, 500);
  assert.equal(settings.offered("m2")[0].most, 1e7);
});

test("an assistant is the branch's, until another is chosen or it is no more", () => {
  const assistants = [{ id: "a1", name: "One" }];
  const settings = new Settings([], [], storage(), 1, () => {}, assistants);
  settings.follow("c1", answer("r1", {}, { assistant_id: "a1" }));
  assert.deepEqual(settings.options(), { assistant: "a1" });
  settings.use(null);
  assert.deepEqual(settings.options(), {});
  settings.follow("c1", answer("r2", {}, { assistant_id: "gone" }));
  assert.equal(settings.assistant, null);
  assert.deepEqual(settings.options(answer("r1", {}, { assistant_id: "a1" })), { assistant: "a1" });
});

test("the MCP servers that there are for a person can be set, and no others", () => {
  const servers = parameter("mcp_servers", "functions");
  const told = { wiki: { label: "Our wiki", meaning: "Everything we know." } };
  const settings = new Settings([servers], [], storage(), 1, () => {}, [], told);
  assert.deepEqual(settings.offered(null), [{ ...servers, choices: ["wiki"], told }]);
  assert.equal(brief(settings.offered(null)[0], ["wiki"]), "Our wiki");
  settings.follow("c1", answer("r1", { mcp_servers: ["wiki", "gone"], temperature: 1 }));
  assert.deepEqual(settings.options(), { settings: { mcp_servers: ["wiki"], temperature: 1 } });
  settings.follow("c1", answer("r2", { mcp_servers: ["gone"] }));
  assert.deepEqual(settings.chosen, {});
  const before = answer("r1", { mcp_servers: ["gone", "wiki"] });
  assert.deepEqual(settings.options(before), { settings: { mcp_servers: ["wiki"] } });
});

test("where there are no MCP servers, there is nothing to set", () => {
  const settings = new Settings([parameter("mcp_servers", "functions"), EFFORT], [], storage(), 1, () => {});
  assert.deepEqual(settings.offered(null), [EFFORT]);
});

test("whatever lies in the storage, there are settings", () => {
  for (const text of ["", "{", "null", "5", '{"after": "r2"}']) {
    const kept = storage();
    kept.setItem("settings:1:c1", text);
    const { settings } = settingsOf({ kept });
    settings.follow("c1", answer("r1", { temperature: 1 }));
    assert.deepEqual(settings.chosen, { temperature: 1 });
  }
});

test("what a person writes is read, or refused with a reason", () => {
  assert.deepEqual(read(TEMPERATURE, "0.5"), { value: 0.5 });
  assert.deepEqual(read(TEMPERATURE, " "), { value: undefined });
  assert.equal(read(TEMPERATURE, "3").error, "outOfRange");
  assert.equal(read(TEMPERATURE, "?").error, "notANumber");
  assert.equal(read(parameter("n", "integer"), "1.5").error, "notWhole");
  assert.deepEqual(read(EFFORT, ""), { value: undefined });
  assert.deepEqual(read(parameter("s", "switch"), "false"), { value: false });
  assert.deepEqual(read(parameter("t", "tools"), ["web_search"]), { value: [{ type: "web_search" }] });
  assert.equal(read(parameter("t", "text", { most: 2 }), "long").error, "tooManyCharacters");
});

test("pairs are written a line each", () => {
  const pairs = parameter("metadata", "pairs", { most: 2 });
  assert.deepEqual(read(pairs, "a = 1\n\nb=x=y"), { value: { a: "1", b: "x=y" } });
  assert.equal(linesOf({ a: "1", b: "x=y" }), "a=1\nb=x=y");
  assert.equal(read(pairs, "no value").error, "notPairs");
  assert.equal(read(pairs, "a=1\nb=2\nc=3").error, "notPairs");
});

test("a format is free text, any JSON, or JSON by a schema that is one", () => {
  const schema = '{"type": "object"}';
  assert.deepEqual(read(FORMAT, { type: "text" }), { value: undefined });
  assert.deepEqual(read(FORMAT, { type: "json_object" }), { value: { type: "json_object" } });
  const whole = { type: "json_schema", name: "a", schema, strict: true };
  assert.deepEqual(read(FORMAT, whole), { value: { ...whole, schema: { type: "object" } } });
  assert.equal(read(FORMAT, { ...whole, schema: "{" }).error, "notJson");
  assert.equal(read(FORMAT, { ...whole, schema: "[]" }).error, "notASchema");
  assert.equal(read(FORMAT, { ...whole, name: "a b" }).error, "notAName");
});

test("a pill says what is set in few words", () => {
  assert.equal(brief(TEMPERATURE, 0.5), "0.5");
  assert.equal(brief(parameter("t", "text"), "a long text"), "");
  const hosted = { ...parameter("t", "tools"), told: { web_search: { label: "Web search" } } };
  assert.equal(brief(hosted, [{ type: "web_search" }, { type: "gone" }]), "Web search, gone");
  assert.equal(brief(FORMAT, { type: "json_schema", name: "a" }), "a");
});

test("the server's own tools are a list of names, told by what people call them", () => {
  const told = { calculate: { label: "Calculator", meaning: "" } };
  const functions = parameter("functions", "functions", { choices: ["calculate"], told });
  assert.deepEqual(read(functions, ["calculate"]), { value: ["calculate"] });
  assert.deepEqual(read(functions, []), { value: undefined });
  assert.equal(brief(functions, ["calculate", "gone"]), "Calculator, gone");
});

test("a tool that is withheld is no choice, and is called by its name where it was chosen", () => {
  const told = { add: { label: "Adder" }, look: { label: "Looker" } };
  const functions = parameter("functions", "functions", { choices: ["add", "look"], told });
  const [first, left] = withoutTools([TEMPERATURE, functions], ["look", "unknown"]);
  assert.equal(first, TEMPERATURE);
  assert.deepEqual(left.choices, ["add"]);
  assert.equal(brief(left, ["look"]), "Looker");
  assert.deepEqual(functions.choices, ["add", "look"]);
});
