import assert from "node:assert/strict";
import { test } from "node:test";
import { findsOf, soughtBy } from "../../static/chat/models/finds.js";

const FILES = { name: "search_files" };
const CHATS = { name: "search_conversations" };

test("what a search looks for is known once its arguments are whole", () => {
  const asks = (given) => soughtBy({ ...FILES, arguments: given });
  assert.equal(asks('{"query": " owls ", "file": null}'), "owls");
  for (const given of ['{"query": "ow', '{"query": null, "start": 3}', '{"query": 3}', "[]", "", undefined])
    assert.equal(asks(given), "", given);
  assert.equal(soughtBy({ name: "forecast", arguments: '{"query": "owls"}' }), "");
});

test("a passage is told with its place", () => {
  const place = { file: "a.pdf", page: 2, passage: 3, of: 9, text: "Owls" };
  assert.deepEqual(findsOf(FILES, JSON.stringify({ passages: [place] })), [
    { title: "a.pdf", text: "Owls", page: 2, passage: 3, of: 9 },
  ]);
});

test("a chat is told with its day and its address", () => {
  const conversations = [{ title: "Birds", date: "2026-11-27", excerpt: "Owls", link: "/c/a" }];
  assert.deepEqual(findsOf(CHATS, JSON.stringify({ conversations })), [
    { title: "Birds", text: "Owls", url: "/c/a", date: "2026-11-27" },
  ]);
});

test("anything else is no find, and breaks nothing", () => {
  const others = ['{"error": "No."}', '{"passages": 3}', '{"passages": [3, null]}', "null", "3", "x", undefined, [], {}];
  for (const output of others) assert.deepEqual(findsOf(FILES, output), [], String(output));
  assert.deepEqual(findsOf({ name: "toString" }, '{"passages": [{}]}'), []);
  assert.deepEqual(findsOf({}, '{"passages": [{}]}'), []);
  assert.equal(findsOf(FILES, '{"passages": [{"file": 3}]}')[0].title, "");
});
