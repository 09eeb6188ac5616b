import assert from "node:assert/strict";
import { test } from "node:test";
import { filled, matching, placesIn, tokenAt } from "../../static/chat/models/commands.js";

const at = (text) => tokenAt(text, text.length);

test("a slash begins a message or a line, an at sign a word", () => {
  assert.deepEqual(at("/su"), { sign: "/", query: "su", start: 0, end: 3 });
  assert.deepEqual(at("Hello\n/"), { sign: "/", query: "", start: 6, end: 7 });
  assert.deepEqual(at("Ask @Übers"), { sign: "@", query: "Übers", start: 4, end: 10 });
  assert.deepEqual(at("Read #owl"), { sign: "#", query: "owl", start: 5, end: 9 });
  assert.equal(at("# A heading"), null);
  assert.equal(at("##"), null);
  assert.equal(at("issue#4"), null);
  assert.equal(at("and/or"), null);
  assert.equal(at("Hello /su"), null);
  assert.equal(at("me@example"), null);
  assert.equal(at("/sum it"), null);
  assert.equal(at("https://"), null);
});

test("only what stands before the caret counts", () => {
  assert.deepEqual(tokenAt("/sum", 2), { sign: "/", query: "s", start: 0, end: 2 });
});

const entry = (key, label = key) => ({ key, label, detail: "", group: "" });

test("what begins with the query comes first, accents and capitals aside", () => {
  const entries = [entry("resume"), entry("assumption"), entry("sum"), entry("x", "Süm")];
  const found = matching(entries, "SU").map(({ key }) => key);
  assert.deepEqual(found, ["sum", "x", "resume", "assumption"]);
  assert.equal(matching(entries, "nothing").length, 0);
  assert.equal(matching(entries, "").length, 4);
});

test("each place of a prompt is asked for once", () => {
  const text = "Write to {{ name }} about {{topic|the weather}}, {{name}}. {single} {{}}";
  assert.deepEqual(placesIn(text), [
    { name: "name", initial: "" },
    { name: "topic", initial: "the weather" },
  ]);
  assert.equal(
    filled(text, { name: "Ada {{topic}}", topic: "" }),
    "Write to Ada {{topic}} about , Ada {{topic}}. {single} {{}}",
  );
});
