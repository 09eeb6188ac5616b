import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { between, Dictation, NotHeard } from "../../static/chat/models/dictation.js";

/** An ear whose promises the test settles. */
class Ear {
  constructor(ended) {
    this.ended = ended;
    this.cancelled = 0;
    this.started = Promise.withResolvers();
    this.said = Promise.withResolvers();
  }

  start() {
    return this.started.promise;
  }

  done() {
    return this.said.promise;
  }

  cancel() {
    this.cancelled += 1;
  }
}

let ears, states, heard, failed, dictation;

beforeEach(() => {
  [ears, states, heard, failed] = [[], [], [], []];
  const listen = (ended) => ears[ears.push(new Ear(ended)) - 1];
  dictation = new Dictation(listen, {
    changed: (state) => states.push(state),
    heard: (text) => heard.push(text),
    failed: (error) => failed.push(error.reason),
  });
});

async function listening() {
  const starting = dictation.toggle();
  ears.at(-1).started.resolve();
  await starting;
}

test("it asks, listens, and has it written down", async () => {
  await listening();
  const finishing = dictation.toggle();
  ears[0].said.resolve(" Good morning. ");
  await finishing;
  assert.deepEqual(states, ["asking", "listening", "writing", "idle"]);
  assert.deepEqual(heard, ["Good morning."]);
});

test("an ear that ends by itself is done", async () => {
  await listening();
  ears[0].said.resolve("All of it");
  await ears[0].ended();
  assert.deepEqual(heard, ["All of it"]);
});

test("without permission it says so, and can be asked again", async () => {
  const starting = dictation.toggle();
  ears[0].started.reject(new NotHeard("dictationNotAllowed"));
  await starting;
  assert.deepEqual(failed, ["dictationNotAllowed"]);
  await listening();
  assert.equal(dictation.state, "listening");
});

test("silence is told, not written", async () => {
  await listening();
  const finishing = dictation.finish();
  ears[0].said.resolve(" \n");
  await finishing;
  assert.deepEqual([heard, failed], [[], ["dictationNothing"]]);
});

test("what was cancelled is not heard, however late it comes", async () => {
  await listening();
  const finishing = dictation.finish();
  dictation.cancel();
  await listening();
  ears[0].said.resolve("Too late");
  await finishing;
  assert.deepEqual([heard, failed, dictation.state], [[], [], "listening"]);
  assert.deepEqual(ears.map((ear) => ear.cancelled), [1, 0]);
});

test("cancelled or silent too late: neither is a failure of the next", async () => {
  await listening();
  const finishing = dictation.finish();
  dictation.cancel();
  ears[0].said.resolve("");
  await finishing;
  assert.deepEqual([failed, dictation.state], [[], "idle"]);
});

test("a microphone that is allowed after the cancelling is let go", async () => {
  const starting = dictation.start();
  dictation.cancel();
  ears[0].started.resolve();
  await starting;
  assert.deepEqual([dictation.state, ears[0].cancelled], ["idle", 1]);
});

test("while it is written down nothing begins anew", async () => {
  await listening();
  dictation.finish();
  await dictation.toggle();
  assert.deepEqual([ears.length, dictation.state], [1, "writing"]);
});

for (const [before, text, after, written] of [
  ["", "Hello", "", "Hello"],
  ["Say", "hello", "world", " hello "],
  ["Say ", "hello", ", world", "hello"],
  ["(", "hello", ")", "hello"],
  ["你好", "世界", "再见", "世界"],
  ["One.\n", "Two.", "", "Two."],
])
  test(`between “${before}” and “${after}” it is “${written}”`, () => {
    assert.equal(between(before, text, after), written);
  });
