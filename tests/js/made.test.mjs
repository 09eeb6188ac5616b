import assert from "node:assert/strict";
import { test } from "node:test";
import { Sources, mark } from "../../static/chat/models/citations.js";
import { resultImages } from "../../static/chat/models/images.js";
import { madeAddress, partialAddress, whyNotKept } from "../../static/chat/models/made.js";

const FILE = { type: "input_image", file_id: "file_1", filename: "a.png", size: 3 };
const TEXT = "See [the table](sandbox:/mnt/data/a.csv), do.";
const cited = (more) => ({
  type: "container_file_citation",
  container_id: "c",
  file_id: "f",
  filename: "a.csv",
  start_index: TEXT.indexOf("sandbox:"),
  end_index: TEXT.indexOf(")"),
  ...more,
});

test("a file that was made has an address of ours, and nothing else has", () => {
  assert.equal(madeAddress(FILE), "/files/file_1/");
  assert.equal(madeAddress({ ...FILE, file_id: "../x" }), "/files/..%2Fx/");
  const at = "/s/a-b/files/file_1/";
  assert.equal(madeAddress({ type: "input_image", image_url: at }), at);
  assert.equal(madeAddress({ type: "input_file", file_url: at }), at);
  for (const address of ["https://x.example/", "//x.example/", "javascript:1", "/admin/", 3])
    assert.equal(madeAddress({ type: "input_file", file_url: address }), null);
  assert.equal(madeAddress(undefined), null);
});

test("a picture so far is fetched by its name, of which no other address is made", () => {
  assert.equal(partialAddress("resp_1-0-2"), "/responses/resp_1/partial/?at=0&number=2");
  for (const name of ["../x", "a/b", "", undefined, 3]) assert.equal(partialAddress(name), null);
});

test("a reason has a sentence, also one that is not known", () => {
  assert.equal(whyNotKept("gone"), "notKeptGone");
  assert.equal(whyNotKept("who knows"), "notKeptBroken");
});

test("pictures of code are files with their names, or data", () => {
  const outputs = [
    { type: "image", file: FILE },
    { type: "image", url: "data:image/png;base64,AAAA" },
    { type: "image", url: "https://x.example/" },
    { type: "image", not_kept: "size" },
  ];
  assert.deepEqual(resultImages({ outputs }), [
    { url: "/files/file_1/", name: "a.png" },
    { url: "data:image/png;base64,AAAA", name: undefined },
  ]);
});

test("a link into a container keeps its words, and the number leads to the file", () => {
  const sources = new Sources();
  const file = { ...FILE, type: "input_file", filename: "a.csv" };
  assert.equal(sources.mark(TEXT, [cited({ file })]), `See the table${mark(1)}, do.`);
  const [source] = sources.all;
  assert.deepEqual([source.title, source.fileUrl, source.notKept], ["a.csv", "/files/file_1/", ""]);
  assert.deepEqual(source.passages, []);
});

test("a source that is not here says why", () => {
  const sources = new Sources();
  sources.mark(TEXT, [cited({ not_kept: "gone" })]);
  assert.deepEqual([sources.all[0].fileUrl, sources.all[0].notKept], ["", "gone"]);
});
