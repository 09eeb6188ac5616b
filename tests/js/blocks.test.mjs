import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockStream, normalise, renderBlocks, safeCut } from "../../static/chat/models/blocks.js";
import { createMarkdown } from "../../static/chat/models/markdown.js";
import { pick, prefixes, random } from "./random.mjs";

const md = createMarkdown();

const PIECES = [
  "A paragraph with **bold**, `code` and [a link](https://example.org/x).\n",
  "Setext\n---\n",
  "# Heading\n",
  "1. one\n",
  "2. two\n",
  "\n",
  "\n\n",
  "- item\n",
  "  - nested\n",
  "  more of it\n",
  "```js\nconst a = 1;\n\nconst b = 2;\n```\n",
  "~~~~\n```\n~~~~\n",
  "````text\n```\n````\n",
  "```\nnever closed\n",
  "| a | b |\n| --- | ---: |\n| 1 | 2 |\n",
  "> quote\n",
  "> - deep\n>\n>   still\n",
  "    indented code\n",
  "$$\nx^2\n$$\n",
  "\\[ y \\]\n",
  "Inline $x^2$ and \\(z\\) for $5 and $6.\n",
  "[ref]: https://example.org/ref\n",
  "[ref]: https://example.org/other 'title\n",
  "See [ref] and [the thing][ref].\n",
  "![pic](https://example.org/p.png)\n",
  "**注意：**请看这里。\n",
  "***\n",
  "<b>no</b> &amp; \\*\n",
  "- [ ] open\n- [x] done\n",
  "\r\n",
  "a\tb\u0000c\r",
  "trailing  \n",
];

function streamed(text, cuts) {
  const stream = new BlockStream(md);
  let shown = [];
  const draw = (prefix, final) => {
    const { from, blocks } = stream.update(prefix, final);
    shown = [...shown.slice(0, from), ...blocks];
  };
  for (const prefix of cuts) draw(prefix, false);
  draw(text, true);
  return shown.map(({ html }) => html).join("");
}

const whole = (text) => md.render(normalise(text.replace(/\r$/, "\n")));

test("a text streamed in random pieces renders as the whole text does", () => {
  for (let seed = 1; seed <= 600; seed++) {
    const next = random(seed);
    const text = Array.from({ length: 1 + Math.floor(next() * 14) }, () => pick(next, PIECES)).join(
      "",
    );
    assert.equal(
      streamed(text, prefixes(next, text)),
      whole(text),
      `seed ${seed}: ${JSON.stringify(text)}`,
    );
  }
});

test("a text streamed character by character renders as the whole text does", () => {
  const text = PIECES.join("\n");
  const every = Array.from(text, (_, index) => text.slice(0, index + 1));
  assert.equal(streamed(text, every), whole(text));
});

test("finished blocks are not rendered again", () => {
  const stream = new BlockStream(md);
  stream.update("one\n\ntwo\n\nthree\n", false);
  const { from, blocks } = stream.update("one\n\ntwo\n\nthree\nmore", false);
  assert.equal(from, 2);
  assert.equal(blocks.length, 1);
});

test("a definition that comes late reaches the blocks before it", () => {
  const text = "See [ref].\n\nMiddle.\n\n[ref]: https://example.org/\n\nEnd.\n";
  assert.match(streamed(text, prefixes(random(7), text)), /href="https:\/\/example.org\/"/);
});

test("a text that was replaced is rendered afresh", () => {
  const stream = new BlockStream(md);
  stream.update("first\n\nsecond\n\nthird\n", false);
  const { from, blocks } = stream.update("other\n\ntext\n", true);
  assert.equal(from, 0);
  assert.equal(blocks.map(({ html }) => html).join(""), "<p>other</p>\n<p>text</p>\n");
});

test("a list that may go on is not cut", () => {
  assert.equal(safeCut(md, "1. a\n\n2"), 0);
  assert.equal(safeCut(md, "1. a\n\ntext\n"), 6);
});

test("a fence knows its language, its text and whether it is closed", () => {
  const fence = (text) => renderBlocks(md, text, {})[0].fence;
  assert.deepEqual(fence("```js title\na\n```\n"), { info: "js", content: "a\n", closed: true });
  assert.equal(fence("````js\na\n```\n").closed, false);
  assert.equal(fence("```js\na\n").closed, false);
});

test("what is open at the end of a text that was broken off is closed", () => {
  const cut = (text) => new BlockStream(md).update(text, true, true).blocks.map(({ html }) => html).join("");
  assert.equal(cut("From **Keepin"), "<p>From <strong>Keepin</strong></p>\n");
  assert.equal(cut("A `code an"), "<p>A <code>code an</code></p>\n");
});

test("nothing that was written is hidden for it", () => {
  for (const text of ["See [link](http://ex", "| a | b", "Text $x^2", "Done."]) {
    const { blocks } = new BlockStream(md).update(text, true, true);
    assert.equal(blocks.map(({ html }) => html).join(""), md.render(text), text);
  }
});
