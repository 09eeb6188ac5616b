import assert from "node:assert/strict";
import { test } from "node:test";
import { fitting, HEIGHT, lineTo, TreeMap, WIDTH, within } from "../../static/chat/models/tree-map.js";

const entry = (id, parent = null, more = {}) => ({ id, parent, run: 0, shown: false, here: false, ...more });

//  a ─ b ─ d
//    └ c ─ e
//        └ f
const TREE = [
  entry("a", null, { shown: true }),
  entry("b", "a", { name: "Named" }),
  entry("d", "b"),
  entry("c", "a", { shown: true }),
  entry("e", "c"),
  entry("f", "c", { shown: true, here: true, pinned: true }),
];

test("what follows stands below, and parents above the middle of it", () => {
  const { boxes } = new TreeMap(TREE);
  const [a, b, c, e, f] = ["a", "b", "c", "e", "f"].map((id) => boxes.get(id));
  assert.ok(a.y + HEIGHT < b.y);
  assert.equal(b.y, c.y);
  assert.equal(c.x, (e.x + f.x) / 2);
  assert.equal(a.x, (b.x + c.x) / 2);
});

test("no two boxes overlap, and all are within the sheet", () => {
  const map = new TreeMap(TREE);
  const boxes = [...map.boxes.values()];
  for (const one of boxes) {
    assert.ok(one.x >= 0 && one.x + WIDTH <= map.width && one.y + HEIGHT <= map.height);
    for (const other of boxes)
      if (one !== other && one.level === other.level) assert.ok(Math.abs(one.x - other.x) >= WIDTH);
  }
});

test("from right to left the first sibling stands on the right", () => {
  const { boxes } = new TreeMap(TREE, { mirrored: true });
  assert.ok(boxes.get("b").x > boxes.get("c").x);
  assert.ok(boxes.get("e").x > boxes.get("f").x);
});

test("arrows go where they point, down along the branch that is shown", () => {
  const map = new TreeMap(TREE);
  const go = (id, key) => map.neighbour(id, key)?.entry.id ?? null;
  assert.equal(go("a", "ArrowDown"), "c");
  assert.equal(go("c", "ArrowDown"), "f");
  assert.equal(go("b", "ArrowDown"), "d");
  assert.equal(go("f", "ArrowUp"), "c");
  assert.equal(go("c", "ArrowLeft"), "b");
  assert.equal(go("d", "ArrowRight"), "e");
  assert.equal(go("d", "ArrowLeft"), null);
  assert.equal(go("a", "ArrowUp"), null);
  assert.equal(go("e", "Home"), "a");
  assert.equal(go("b", "End"), "f");
  assert.equal(go("x", "Home"), null);
});

test("pinned branches come first, then named ones", () => {
  assert.deepEqual(new TreeMap(TREE).marked.map(({ id }) => id), ["f", "b"]);
});

test("only what can be seen is drawn, and the lines that pass", () => {
  const map = new TreeMap(TREE);
  const top = { left: 0, top: 0, right: map.width, bottom: HEIGHT };
  assert.deepEqual(map.within(top).map(({ entry: { id } }) => id), ["a"]);
  const all = { left: 0, top: 0, right: map.width, bottom: map.height };
  assert.equal(map.linked(all).length, 5);
  assert.match(lineTo(map.boxes.get("b")), /^M[\d.]+ [\d.]+C/);
  assert.match(lineTo(map.boxes.get("d")), /^M[\d.]+ [\d.]+V[\d.]+$/);
});

test("a zoom stays within its limits, and the whole map fits", () => {
  assert.equal(within(9), 2);
  assert.equal(within(0), 0.05);
  const map = new TreeMap(TREE);
  assert.equal(fitting(map, { width: map.width * 3, height: map.height * 3 }), 1);
  assert.equal(fitting(map, { width: map.width / 2, height: map.height }), 0.5);
});

test("several roots stand side by side; an empty map has a size", () => {
  const { boxes, roots } = new TreeMap([entry("a"), entry("b")]);
  assert.equal(roots.length, 2);
  assert.equal(boxes.get("a").y, boxes.get("b").y);
  assert.ok(new TreeMap([]).width > 0);
});

test("ten thousand messages in one line are placed without recursion", () => {
  const entries = Array.from({ length: 10_000 }, (_, n) => entry(`${n}`, n ? `${n - 1}` : null));
  assert.equal(new TreeMap(entries).boxes.get("9999").level, 9999);
});
