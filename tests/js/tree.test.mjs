import assert from "node:assert/strict";
import { test } from "node:test";
import { Tree } from "../../static/chat/models/tree.js";

const node = (id, parent = null, retry = null, child = null) => ({
  id,
  previous_response_id: parent,
  retry_of: retry,
  selected_child_id: child,
});

test("an empty tree has no path", () => assert.deepEqual(new Tree().path(), []));

test("the path takes the newest child where none was chosen", () => {
  assert.deepEqual(new Tree([node("a"), node("b", "a"), node("c", "a")]).path(), ["a", "c"]);
});

test("the path takes the chosen child", () => {
  const tree = new Tree(
    [node("a", null, null, "b"), node("b", "a"), node("c", "a"), node("d")],
    "a",
  );
  assert.deepEqual(tree.path(), ["a", "b"]);
});

test("retries are answers to one question, edits are other questions", () => {
  const tree = new Tree([node("a"), node("a2", null, "a"), node("b"), node("a3", null, "a")]);
  assert.deepEqual(tree.answers("a2"), { index: 1, count: 3, previous: "a", next: "a3" });
  assert.deepEqual(tree.answers("b"), { index: 0, count: 1, previous: null, next: null });
  assert.deepEqual(tree.questions("b"), { index: 1, count: 2, previous: "a3", next: null });
});

test("going back to a question shows the answer that was shown last", () => {
  const tree = new Tree([node("a"), node("a2", null, "a"), node("b")]);
  tree.select("a");
  tree.select("b");
  assert.equal(tree.questions("b").previous, "a");
});

test("selecting a deep response selects its ancestors and keeps what was chosen below", () => {
  const tree = new Tree([node("a"), node("b", "a"), node("c", "b"), node("c2", "b"), node("d")]);
  tree.select("c");
  tree.select("d");
  assert.deepEqual(tree.path(), ["d"]);
  tree.select("a");
  assert.deepEqual(tree.path(), ["a", "b", "c"]);
});

test("a new response is shown at once", () => {
  const tree = new Tree([node("a"), node("b", "a")]);
  tree.add(node("b2", "a", "b"));
  assert.deepEqual(tree.path(), ["a", "b2"]);
  assert.equal(tree.answers("b2").count, 2);
});

test("taking a response away falls back to its siblings", () => {
  const tree = new Tree([node("a"), node("b", "a")]);
  tree.add(node("x", "a"));
  tree.remove("x");
  assert.deepEqual(tree.path(), ["a", "b"]);
});

test("a response that is hung somewhere is shown only where the branch goes on there", () => {
  const tree = new Tree([node("a", null, null, "b"), node("b", "a")]);
  tree.hang(node("b2", "a"));
  assert.deepEqual(tree.path(), ["a", "b"]);
  tree.hang(node("c", "b"));
  assert.deepEqual(tree.path(), ["a", "b", "c"]);
});

test("lifting a response out moves those below it up", () => {
  const tree = new Tree([node("a"), node("b", "a"), node("c", "b"), node("d", "c")]);
  tree.lift("b");
  assert.deepEqual(tree.path(), ["a", "c", "d"]);
  tree.lift("d");
  assert.deepEqual(tree.path(), ["a", "c"]);
  assert.equal(tree.parent("c"), "a");
});

test("a response that takes another's place keeps what is below it", () => {
  const tree = new Tree([node("a"), node("key", "a"), node("next", "key")]);
  tree.replace("key", node("b", "a"));
  assert.deepEqual(tree.path(), ["a", "b", "next"]);
  assert.equal(tree.nodes.has("key"), false);
});

test("a response that takes the place of one that is shown is shown, though others are newer", () => {
  const tree = new Tree([node("a"), node("r", "a"), node("x", "a")]);
  tree.add(node("key", "a"));
  tree.replace("key", node("r", "a"));
  assert.deepEqual(tree.path(), ["a", "r"]);
});

test("a missing parent and a circle do no harm", () => {
  assert.deepEqual(new Tree([node("a", "gone")]).path(), ["a"]);
  assert.deepEqual(new Tree([node("a", "b"), node("b", "a")]).path(), []);
});

test("a question shows the answer that was chosen last, also in a page that is new", () => {
  const nodes = [
    { id: "a", previous_response_id: null, retry_of: null, created_at: 1, shown_at: 9 },
    { id: "b", previous_response_id: null, retry_of: "a", created_at: 2, shown_at: null },
    { id: "c", previous_response_id: null, retry_of: null, created_at: 3, shown_at: null },
  ];
  assert.equal(new Tree(nodes, "c").questions("c").previous, "a");
  const later = { id: "d", previous_response_id: null, retry_of: "a", created_at: 12, shown_at: null };
  assert.equal(new Tree([...nodes, later], "c").questions("c").previous, "d");
});
