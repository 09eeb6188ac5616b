// What narrows a search, as the server is asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KEY, asked } from "../../static/chat/models/search-filters.js";

const none = { from: "", to: "", model: "", folder: "", tag: "", archived: "", scripts: "", files: false };

test("what says nothing is not asked", () => {
  assert.deepEqual(asked(none), {});
});

test("the last day counts as a whole, where the person is", () => {
  const { since, until } = asked({ ...none, from: "2026-02-28", to: "2026-02-28" });
  assert.equal(since, new Date(2026, 1, 28).toISOString());
  assert.equal(until, new Date(2026, 2, 1).toISOString());
});

test("all else goes as it is", () => {
  const fields = { ...none, model: "m", folder: "f", tag: "t", archived: "only", files: true };
  assert.deepEqual(asked(fields), { model: "m", folder: "f", tag: "t", archived: "only", files: "1" });
});

test("what scripts asked is one choice: whether, or through which key", () => {
  assert.deepEqual(asked({ ...none, scripts: "no" }), { scripts: "no" });
  assert.deepEqual(asked({ ...none, scripts: `${KEY}only` }), { key: "only" });
});
