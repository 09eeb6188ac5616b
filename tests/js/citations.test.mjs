import assert from "node:assert/strict";
import { test } from "node:test";
import { Sources, mark } from "../../static/chat/models/citations.js";
import { createMarkdown } from "../../static/chat/models/markdown.js";
import { passagesOf } from "../../static/chat/models/passages.js";
import { random } from "./random.mjs";

const page = (start, end, url = "https://e.org/a") => ({
  type: "url_citation",
  url,
  title: "A",
  start_index: start,
  end_index: end,
});
const marked = (text, ...annotations) => new Sources().mark(text, annotations);

test("a number stands at the end of what it is the source of, each source has one", () => {
  const sources = new Sources();
  const text = "One. Two. Three.";
  const written = sources.mark(text, [page(0, 4), page(5, 9, "https://e.org/b"), page(10, 16)]);
  assert.equal(written, `One.${mark(1)} Two.${mark(2)} Three.${mark(1)}`);
  assert.deepEqual(
    sources.all.map(({ number, host, passages }) => [number, host, passages]),
    [
      [1, "e.org", ["One.", "Three."]],
      [2, "e.org", ["Two."]],
    ],
  );
});

test("a file that is here is known by our id beside its provider's", () => {
  const sources = new Sources();
  const cited = { type: "file_citation", file_id: "file-1", filename: "birds.csv", index: 4 };
  sources.mark("Owls.", [{ ...cited, attachment_id: "file_a" }, page(0, 4)]);
  sources.mark("Owls.", [{ ...cited, file_id: "file-2", attachment_id: 3 }]);
  assert.deepEqual(
    sources.all.map(({ fileId, attachmentId, title }) => [fileId, attachmentId, title]),
    [
      ["file-1", "file_a", "birds.csv"],
      ["", "", "A"],
      ["file-2", "", "birds.csv"],
    ],
  );
});

test("characters are counted as the API counts them", () => {
  assert.equal(marked("😀 ok. More", page(2, 5)), `😀 ok.${mark(1)} More`);
});

test("a link that only says whence becomes the number", () => {
  const text = "So ([e.org](https://e.org/a)).";
  assert.equal(marked(text, page(3, 29)), `So${mark(1)}.`);
});

test("a number never breaks a link, code, a formula or a fence", () => {
  const md = createMarkdown();
  for (const [text, at] of [
    ["see [the page](https://e.org/x) there", 20],
    ["run `make test` now", 8],
    ["so $a + b$ holds", 6],
    ["look at https://e.org/long/path now", 20],
    ["**bold.** after", 9],
    ["**bold.**next", 7],
  ]) {
    const plain = md.render(text);
    const html = md.render(marked(text, page(at, at)));
    assert.equal(html.replace(/ ?<span class="cite">1<\/span>/, ""), plain, text);
    assert.match(html, /class="cite"/);
  }
  const fence = "```py\nx = 1\n```\n\nafter";
  const html = md.render(marked(fence, page(8, 8)));
  assert.match(html, /<\/code><\/pre>\n<p><span class="cite">1<\/span><\/p>/);
});

test("positions that can't be meant give a source and no number", () => {
  for (const [start, end] of [[-1, 2], [3, 1], [0, 999], ["0", 2], [0.5, 2]]) {
    const sources = new Sources();
    assert.equal(sources.mark("Some text", [page(start, end)]), "Some text");
    assert.equal(sources.all.length, 1);
  }
});

test("a file is cited at its place in the text, or only named where a server counts its files", () => {
  const file = (index, id = "f1") => ({ type: "file_citation", file_id: id, filename: "a.txt", index });
  assert.equal(marked("It is so. Yes", file(9)), `It is so.${mark(1)} Yes`);
  const sources = new Sources();
  assert.equal(sources.mark("It is so.", [file(0), file(1, "f2")]), "It is so.");
  assert.equal(sources.all.length, 2);
});

test("unsafe addresses are no source, and what looks like a mark in a text is none", () => {
  const sources = new Sources();
  assert.equal(sources.mark("x", [page(0, 1, "javascript:alert(1)")]), "x");
  assert.equal(sources.all.length, 0);
  assert.doesNotMatch(createMarkdown().render(marked(`a ${mark(3)} b`)), /class="cite"/);
});

test("the passage behind a file is what the search found in it", () => {
  const items = [
    { type: "file_search_call", results: [{ file_id: "f1", text: " words " }, { file_id: "f2", text: "no" }] },
  ];
  assert.deepEqual(passagesOf(items, { fileId: "f1", passages: ["cited"] }), ["words"]);
  assert.deepEqual(passagesOf([], { fileId: "f1", passages: ["cited"] }), ["cited"]);
});

test("any text and any places at all are taken", () => {
  const next = random(11);
  const pick = (list) => list[Math.floor(next() * list.length)];
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: 24 }, () => pick(["`", "```\n", "[", "](", ")", "$", "a", " ", "\n", "😀"])).join("");
    const annotations = Array.from({ length: 3 }, () => page(Math.floor(next() * 30), Math.floor(next() * 30)));
    const written = marked(text, ...annotations);
    const bare = (string) => string.replace(/\{\ue2c1\d\ue2c1\}/g, "").replace(/\s/g, "");
    if (!/\]\(/.test(text)) assert.equal(bare(written), bare(text));
  }
});
