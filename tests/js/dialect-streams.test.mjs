// The browser's fold comes to the same as the server's, of every provider's stream of an answer.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { Snapshot } from "../../static/chat/models/snapshot.js";

const FOLDER = new URL("../streams/dialects/", import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl"));

function recorded(name) {
  const text = readFileSync(new URL(name, FOLDER), "utf8");
  const [expected, ...messages] = text.split("\n").filter(Boolean).map(JSON.parse);
  return { expected, events: messages.map(({ data }) => data) };
}

function folded(events) {
  const snapshot = new Snapshot();
  for (const event of events) snapshot.apply(event);
  return snapshot.response;
}

const joined = (parts = []) => parts.map((part) => part.text).join("");

/** What an item says, wherever its provider has written it. */
const MEANINGS = {
  message: (item) => ["message", item.role, joined(item.content)],
  reasoning: (item) => ["reasoning", joined(item.summary) + joined(item.content)],
  function_call: (item) => ["function_call", item.name, item.arguments],
};
const meanings = (items) => items.map((item) => MEANINGS[item.type](item));

assert.ok(names.length >= 26, "the recorded streams are there");

for (const name of names) {
  test(`${name} comes to the standard's items`, () => {
    const { expected, events } = recorded(name);
    const standard = folded(recorded(`standard_${expected.answer}.jsonl`).events);
    const lacks = expected.lacks ?? [];
    const response = folded(events);
    assert.equal(response.status, "completed");
    assert.deepEqual(
      meanings(response.output),
      meanings(standard.output.filter((item) => !lacks.includes(item.type))),
    );
  });
}
