import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockStream } from "../../static/chat/models/blocks.js";
import { createMarkdown } from "../../static/chat/models/markdown.js";

const md = createMarkdown();
const text = 'One[^1] and two[^b].\n\n[^1]: First\nstill first.\n[^b]: Second **note**\n\n    more of it\n\nAfter [^x] <b>.';

function streamed(whole, step = 1) {
  const stream = new BlockStream(md);
  const blocks = [];
  const take = (part, final) => {
    const { from, blocks: fresh } = stream.update(part, final);
    blocks.splice(from, Infinity, ...fresh);
  };
  for (let end = step; end < whole.length; end += step) take(whole.slice(0, end), false);
  take(whole, true);
  return blocks.map(({ html }) => html).join("");
}

test("a note stands where it was written, with its paragraphs; words without a note stay words", () => {
  const html = streamed(text, 1000);
  assert.match(html, /One<span class="note-ref">1<\/span> and two<span class="note-ref">b<\/span>\./);
  assert.match(html, /note-label">1<\/span><p>First\nstill first\.<\/p>/);
  assert.match(html, /note-label">b<\/span><p>Second <strong>note<\/strong><\/p>\n<p>more of it<\/p>/);
  assert.match(html, /After \[\^x\] &lt;b&gt;\./);
});

test("streamed letter by letter it comes to the same", () => {
  assert.equal(streamed(text), streamed(text, 1000));
});

test("nothing of a note's syntax shows while it arrives", () => {
  const stream = new BlockStream(md);
  const plain = "One[^1] is, and another[^two].\n\nMore.\n\n[^1]: Note.\n[^two]: Note.";
  for (let end = 1; end <= plain.length; end++) {
    const shown = stream.update(plain.slice(0, end), false).blocks.map(({ html }) => html).join("");
    assert.doesNotMatch(shown.replaceAll(/<[^>]*>/g, ""), /\[|\^|\]:/, plain.slice(0, end));
  }
});

test("a word that had no note in the end stands there as it was written", () => {
  const words = "In a pattern [^abc] means others.\n\nMore.\n\nAnd more.";
  assert.match(streamed(words), /pattern \[\^abc\] means/);
  assert.equal(streamed(words), streamed(words, 1000));
  const stream = new BlockStream(md);
  stream.update(words, false);
  const { from, blocks } = stream.update(words, true);
  assert.deepEqual([from, blocks.length], [0, 3]);
});

test("a set of characters is never taken for a note", () => {
  const [{ html }] = new BlockStream(md).update("All but [^a-z] and [^0-9].\n\n", false).blocks;
  assert.match(html, /\[\^a-z\] and \[\^0-9\]/);
});

test("a link whose text begins with the sign stays a link", () => {
  assert.match(md.render("[^1](https://e.org/)"), /<a href="https:\/\/e\.org\/"/);
});

test("a name can't bring markup", () => {
  assert.doesNotMatch(streamed('a[^"><img>]\n\n[^"><img>]: x', 1000), /<img/);
});
