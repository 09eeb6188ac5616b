import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../static/chat/models/drafts.js";
import { Store } from "../../static/chat/models/store.js";
import { storage } from "./storage.mjs";

test("each conversation has its own draft, and so has the one not begun", () => {
  const kept = storage();
  const drafts = new Drafts(kept, 1);
  drafts.set(null, "new");
  drafts.set("c1", "first");
  const reloaded = new Drafts(kept, 1);
  assert.deepEqual(
    [reloaded.get(null), reloaded.get("c1"), reloaded.get("c2")],
    ["new", "first", ""],
  );
  reloaded.set("c1", "");
  assert.equal(new Drafts(kept, 1).get("c1"), "");
});

test("who signs in after somebody else does not find their drafts, but their own again", () => {
  const kept = storage();
  new Drafts(kept, 1).set(null, "mine");
  const other = new Drafts(kept, 2);
  assert.equal(other.get(null), "");
  other.set(null, "theirs");
  assert.equal(new Drafts(kept, 1).get(null), "mine");
});

test("a text given back stands before what was typed since", () => {
  const drafts = new Drafts(storage(), 1);
  drafts.giveBack("c1", "first");
  assert.equal(drafts.get("c1"), "first");
  drafts.giveBack("c1", "zeroth");
  assert.equal(drafts.get("c1"), "zeroth\n\nfirst");
});

test("drafts hold while the page lasts where nothing can be stored", () => {
  for (const none of [null, storage({ broken: true })]) {
    const drafts = new Drafts(none, 1);
    drafts.set("c1", "words");
    assert.equal(drafts.get("c1"), "words");
    assert.equal(drafts.get("c2"), "");
  }
});

test("a store says whether what it was given outlives the page", () => {
  assert.equal(new Store(storage(), "a:").set("x", "1"), true);
  assert.equal(new Store(storage({ broken: true }), "a:").set("x", "1"), false);
  assert.equal(new Store(null, "a:").set("x", "1"), false);
});

test("a store names only what has its prefix", () => {
  const kept = storage();
  new Store(kept, "a:").set("x", "1");
  new Store(kept, "b:").set("y", "2");
  assert.deepEqual(new Store(kept, "a:").names(), ["x"]);
  assert.deepEqual(new Store(storage({ broken: true }), "a:").names(), []);
});

test("what another page wrote last can be asked for", () => {
  const kept = storage();
  const [here, there] = [new Store(kept, "a:"), new Store(kept, "a:")];
  here.set("x", "1");
  there.set("x", "2");
  assert.deepEqual([here.get("x"), here.latest("x")], ["1", "2"]);
});

test("a file that arrives late is kept with the draft that it was chosen for", () => {
  const drafts = new Drafts(storage(), 1);
  const file = (id) => ({ file_id: id, filename: `${id}.txt` });
  drafts.setFiles("c1", [file("a")]);
  drafts.addFile("c1", file("b"));
  assert.deepEqual(drafts.files("c1"), [file("a"), file("b")]);
});

test("files are kept with the draft, and given back in front of others", () => {
  const kept = storage();
  const drafts = new Drafts(kept, 1);
  const file = (id) => ({ file_id: id, filename: `${id}.txt` });
  drafts.setFiles("c1", [file("a")]);
  drafts.giveBack("c1", "text", [file("b")]);
  const reloaded = new Drafts(kept, 1);
  assert.deepEqual(reloaded.files("c1"), [file("b"), file("a")]);
  assert.deepEqual(reloaded.files("c2"), []);
  reloaded.forget("c1");
  assert.deepEqual([reloaded.get("c1"), reloaded.files("c1")], ["", []]);
});
