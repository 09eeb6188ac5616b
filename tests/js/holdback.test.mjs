import assert from "node:assert/strict";
import { test } from "node:test";
import { completeInline, holdBack } from "../../static/chat/models/holdback.js";
import { createMarkdown } from "../../static/chat/models/markdown.js";
import { random } from "./random.mjs";

test("open emphasis and code are closed", () => {
  assert.equal(completeInline("so **bo"), "so **bo**");
  assert.equal(completeInline("so *it **bo"), "so *it **bo***");
  assert.equal(completeInline("~~gone"), "~~gone~~");
  assert.equal(completeInline("a `cod"), "a `cod`");
  assert.equal(completeInline("a ``co`d"), "a ``co`d``");
});

test("a marker with nothing behind it yet is not shown", () => {
  assert.equal(completeInline("so **"), "so ");
  assert.equal(completeInline("so `"), "so ");
});

test("what is no syntax is left alone", () => {
  for (const text of [
    "2 * 3 * 4",
    "snake_case_name",
    "it costs $5 and",
    "done **bold** and `code`",
    "a [note] here",
    "~approx",
  ]) {
    assert.equal(completeInline(text), text);
  }
});

test("a link that is not finished shows as its text", () => {
  assert.equal(completeInline("see [the docs](https://exa"), "see the docs");
  assert.equal(completeInline("see [the do"), "see the do");
  assert.equal(completeInline("see ![a pic](https://exa"), "see a pic");
  assert.equal(completeInline("see [x](https://e.org) and"), "see [x](https://e.org) and");
});

test("unfinished maths waits", () => {
  assert.equal(completeInline("so $x^2 + "), "so ");
  assert.equal(completeInline("so \\(x"), "so ");
  assert.equal(completeInline("so $x$ and"), "so $x$ and");
  assert.equal(holdBack("Sum:\n\n$$\n\\sum x"), "Sum:\n\n");
});

test("a line of nothing but a marker waits", () => {
  for (const marker of ["-", "1.", "##", "--", "==", "``", "> ", "- [ "])
    assert.equal(holdBack(`text\n${marker}`), "text");
});

test("the head of a table waits for its rule", () => {
  assert.equal(holdBack("text\n\n| a | b |\n"), "text\n\n| a | b |\n");
  assert.equal(holdBack("text\n\n| a | b"), "text\n");
  assert.equal(holdBack("text\n\n| a | b |\n| -"), "text\n");
  assert.equal(holdBack("text\n\n| a | b |\n| --- | --- |"), "text\n\n| a | b |\n| --- | --- |");
});

test("a code fence waits for its language and hides half a closing fence", () => {
  assert.equal(holdBack("text\n\n```py"), "text\n");
  assert.equal(holdBack("```python\nx = 1\n``"), "```python\nx = 1");
  assert.equal(holdBack("```python\nx = **1"), "```python\nx = **1");
});

test("bold never shows its asterisks while it arrives", () => {
  const md = createMarkdown();
  const text = "1. **First** of `all`, **second: `x`** and ~~third~~ end.\n2. **More";
  for (let end = 1; end <= text.length; end++) {
    const html = md.render(holdBack(text.slice(0, end)));
    assert.doesNotMatch(html.replaceAll(/<[^>]*>/g, ""), /\*\*|~~|`/, text.slice(0, end));
  }
});

test("any text at all is taken", () => {
  const next = random(3);
  const alphabet = [
    "*",
    "_",
    "`",
    "[",
    "]",
    "(",
    ")",
    "$",
    "\\",
    "|",
    "-",
    "\n",
    " ",
    "a",
    "1",
    "~",
    ">",
    "#",
    "!",
  ];
  for (let round = 0; round < 3000; round++) {
    const text = Array.from(
      { length: 30 },
      () => alphabet[Math.floor(next() * alphabet.length)],
    ).join("");
    assert.equal(typeof holdBack(text), "string");
  }
});

test("a note's number waits until it is whole, and a note until it says something", () => {
  assert.equal(completeInline("so it is[^1"), "so it is");
  assert.equal(completeInline("so it is[^"), "so it is");
  assert.equal(completeInline("so it is[^1]"), "so it is[^1]");
  assert.equal(completeInline("so it is[^1] and"), "so it is[^1] and");
  for (const begun of ["[^", "[^1", "[^1]", "[^1]:", "[^1]: "])
    assert.equal(holdBack(`text\n\n${begun}`), "text\n");
});
