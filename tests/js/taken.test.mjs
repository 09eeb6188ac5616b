import assert from "node:assert/strict";
import { test } from "node:test";
import { notTaken } from "../../static/chat/models/taken.js";

const model = (label, takes_images, takes_files) => ({ label, takes_images, takes_files });
const all = model("All", true, true);
const pictures = model("Pictures", true, false);
const text = model("Text", false, false);

test("nothing is said of what the models take as it is", () => {
  assert.deepEqual(notTaken([], [text]), []);
  assert.deepEqual(notTaken(["a.png", "a.pdf"], [all]), []);
  assert.deepEqual(notTaken(["a.py", "notes.md", "Makefile"], [text]), []);
});

test("of several models those are named that take it otherwise", () => {
  assert.deepEqual(notTaken(["a.JPG", "a.pdf"], [all, pictures, text]), [
    { name: "imagesNotTaken", models: ["Text"] },
    { name: "filesAsText", models: ["Pictures", "Text"] },
  ]);
});
