import assert from "node:assert/strict";
import { test } from "node:test";
import { filesOf, framed, inputOf, sameFiles, sharedFilesOf, sizeOf } from "../../static/chat/models/files.js";
import { questionText } from "../../static/chat/models/items.js";

const CAT = { type: "input_image", file_id: "file_1", filename: "cat.png", size: 1234, width: 3 };
const LIST = { type: "input_file", file_id: "file_2", filename: "list.pdf", size: 99 };

test("a question without files is its text, and one with files a message of both", () => {
  assert.equal(inputOf("Hello"), "Hello");
  const input = inputOf("Hello", [CAT, LIST]);
  assert.equal(questionText(input), "Hello");
  assert.deepEqual(filesOf(input), [CAT, LIST]);
  assert.deepEqual(filesOf(inputOf("", [CAT])), [CAT]);
});

test("what is sent names its files by their ids alone", () => {
  const [{ content }] = framed(inputOf("Hello", [CAT]));
  assert.deepEqual(content[1], { type: "input_image", file_id: "file_1" });
  assert.equal(framed("Hello"), "Hello");
});

test("files of a provider, with an address of their own, are none of ours", () => {
  const content = [{ type: "input_image", image_url: "data:image/png;base64,AA" }];
  assert.deepEqual(filesOf([{ role: "user", content }]), []);
  assert.deepEqual(filesOf("text"), []);
});

test("files are the same when their ids are, in the same order", () => {
  assert.equal(sameFiles([CAT], [{ ...CAT, filename: "other" }]), true);
  assert.equal(sameFiles([CAT, LIST], [LIST, CAT]), false);
  assert.equal(sameFiles([CAT], []), false);
});

test("a size is said as people say it", () => {
  assert.deepEqual([999, 12_345, 25_000_000].map(sizeOf), ["999 B", "12 KB", "25.0 MB"]);
});

test("a shared document is one that a link of ours opens", () => {
  const shared = { type: "input_file", filename: "a.pdf", size: 3, file_url: "/s/a-b/files/file_1/" };
  const others = ["https://x.example/s/a/files/b/", "//x.example/", "javascript:1", 3, undefined];
  const foreign = others.map((file_url) => ({ ...shared, file_url }));
  assert.deepEqual(sharedFilesOf([{ role: "user", content: [shared, ...foreign] }]), [shared]);
  assert.deepEqual(sharedFilesOf([{ role: "assistant", content: [shared] }]), []);
  assert.deepEqual(sharedFilesOf("text"), []);
});
