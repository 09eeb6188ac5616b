import assert from "node:assert/strict";
import { test } from "node:test";
import { Titling } from "../../static/chat/models/titling.js";

const summary = (title, titled = false) => ({ id: "c1", title, titled });

test("a title is shown as far as it is written, whatever else is said of its conversation", () => {
  const titling = new Titling();
  const shown = titling.writes(summary("What do bees eat?"), "Bees");
  assert.equal(shown.title, "Bees");
  assert.equal(titling.writes(shown, "Bees and").title, "Bees and");
  assert.equal(titling.look(summary("What do bees eat?")).title, "Bees and");
  assert.equal(titling.look(summary("Bees and pollen", true)).title, "Bees and pollen");
});

test("a title that is none after all leaves the question's words", () => {
  const titling = new Titling();
  const shown = titling.writes(summary("What do bees eat?"), "Bees");
  assert.equal(titling.writes(shown, null).title, "What do bees eat?");
  assert.equal(titling.writes(summary("What do bees eat?"), null), null);
});

test("what a person calls it meanwhile stays, however much more is written", () => {
  const titling = new Titling();
  titling.writes(summary("What do bees eat?"), "Bees");
  const renamed = titling.look(summary("Mine", true));
  assert.equal(titling.writes(renamed, "Bees and"), null);
  assert.equal(titling.look(renamed).title, "Mine");
});

test("a conversation that is not known here has no title written", () => {
  assert.equal(new Titling().writes(undefined, "Bees"), null);
});
