// The browser's fold over the recorded streams that the server's fold is held to as well.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { HANDLERS } from "../../static/chat/models/handlers.js";
import { Snapshot } from "../../static/chat/models/snapshot.js";

const FOLDER = new URL("../streams/", import.meta.url);
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".jsonl"));

function recorded(name) {
  const text = readFileSync(new URL(name, FOLDER), "utf8");
  const [expected, ...messages] = text.split("\n").filter(Boolean).map(JSON.parse);
  return { expected, events: messages.map(standardEvent).filter(Boolean) };
}

/** What the server makes of a message before the browser sees it. */
function standardEvent({ event, data }) {
  if (typeof data !== "object" || data === null) return null;
  if (data.type) return data;
  if (data.error) return { type: "error", error: asObject(data.error) };
  return event ? { ...data, type: event } : null;
}

const asObject = (error) => (typeof error === "string" ? { message: error } : error);

function folded(events, snapshot = new Snapshot()) {
  for (const event of events) snapshot.apply(event);
  return snapshot;
}

const stored = (snapshot) => new Snapshot(JSON.parse(JSON.stringify(snapshot.response)));

/** What the output says, a blank line between messages. */
function outputText(output) {
  const messages = output.filter((item) => item.type === "message");
  const texts = messages.map((item) => item.content.map((p) => p.text ?? p.refusal ?? "").join(""));
  return texts.filter(Boolean).join("\n\n");
}

assert.ok(names.length >= 25, "the recorded streams are there");

for (const name of names) {
  const { expected, events } = recorded(name);

  test(`${name}: ${expected.about}`, () => {
    const { status, output } = folded(events).response;
    const types = output.map((item) => item.type);
    assert.deepEqual(
      { about: expected.about, text: outputText(output), status, output_types: types, output },
      expected,
    );
  });

  test(`${name}: folds alike from a stored response at every point`, () => {
    const whole = folded(events).response;
    events.forEach((_, at) => {
      const rebuilt = stored(folded(events.slice(0, at)));
      assert.deepEqual(folded(events.slice(at), rebuilt).response, whole);
    });
  });

  test(`${name}: neither events nor responses once read are changed`, () => {
    const before = JSON.stringify(events);
    const snapshot = new Snapshot();
    const seen = events.map((event) => {
      snapshot.apply(event);
      return [snapshot.response, JSON.stringify(snapshot.response)];
    });
    for (const [response, text] of seen) assert.equal(JSON.stringify(response), text);
    assert.equal(JSON.stringify(events), before);
  });
}

test("an item that did not change is the same object at every reading", () => {
  const { events } = recorded("reasoning_summary.jsonl");
  const snapshot = folded(events.slice(0, 12));
  const [first] = snapshot.response.output;
  snapshot.apply({ type: "response.output_text.delta", output_index: 1, delta: "x" });
  assert.equal(snapshot.response.output[0], first);
});

test("there is a handler for each of the API's 59 events and five of other dialects", () => {
  assert.equal(HANDLERS.size, 64);
});

test("no event throws, whatever is in it, and a stored fold goes on as the one in memory", () => {
  const values = [null, true, 0, 1, 40, -1, 0.5, "", "0", "a", [], [[1]], {}, { text: {} }];
  const types = ["message", "reasoning", "shell_call", "shell_call_output", "acme", 7];
  let seed = 7;
  const chance = (list) => list[(seed = (seed * 48271) % 2147483647) % list.length];
  const value = () => chance(values);
  const item = () => ({ type: chance(types), id: chance(["a", "b"]), content: value(), output: value() });
  const event = () => ({
    type: chance([...HANDLERS.keys(), value()]),
    output_index: value(),
    content_index: value(),
    command_index: value(),
    item_id: chance(["a", "b", null]),
    delta: chance(["x", value(), { stdout: "o" }]),
    text: chance(["y", value()]),
    part: chance([value(), { type: "refusal", refusal: "" }, { type: "summary_text", text: "s" }]),
    item: chance([item(), value()]),
    response: chance([value(), { status: value(), output: [item()] }]),
    annotation: value(),
  });
  for (let round = 0; round < 300; round += 1) {
    const whole = new Snapshot();
    let stepwise = new Snapshot();
    for (let at = 0; at < 12; at += 1) {
      const next = event();
      whole.apply(next);
      stepwise.apply(next);
      if (chance([true, false])) stepwise = stored(stepwise);
    }
    assert.deepEqual(stepwise.response, whole.response);
  }
});
