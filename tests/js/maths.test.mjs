import assert from "node:assert/strict";
import { test } from "node:test";
import { createMarkdown } from "../../static/chat/models/markdown.js";

const md = createMarkdown();
const inline = (tex) => `<span class="math math-inline">${tex}</span>`;
const block = (tex) => `<div class="math math-display">${tex}</div>\n`;

test("dollars and parentheses mark inline maths", () => {
  assert.equal(md.renderInline("a $x^2$ b"), `a ${inline("x^2")} b`);
  assert.equal(md.renderInline("a \\(x_1\\) b"), `a ${inline("x_1")} b`);
  assert.equal(md.renderInline("设$x$为"), `设${inline("x")}为`);
});

test("prices are no maths", () => {
  for (const text of ["$5 and $6", "from $5 to $10.", "$ 5$", "\\$x\\$", "US$"])
    assert.doesNotMatch(md.renderInline(text), /math/);
});

test("double dollars and brackets mark display maths", () => {
  assert.equal(md.render("$$\nx\n$$"), block("x"));
  assert.equal(md.render("\\[ x \\]"), block("x"));
  assert.equal(
    md.render("text\n\\[\nx\n+ y\n\\]\nmore"),
    `<p>text</p>\n${block("x\n+ y")}<p>more</p>\n`,
  );
  assert.match(
    md.render("- item\n\n  $$\n  x\n  $$\n"),
    /<li>\n<p>item<\/p>\n<div class="math math-display">x<\/div>\n<\/li>/,
  );
});

test("markup inside maths is not touched", () => {
  assert.equal(md.renderInline("$a_1 * b_2 * c$"), inline("a_1 * b_2 * c"));
  assert.equal(md.renderInline("$a < b$"), inline("a &lt; b"));
});

test("code is no maths", () => {
  assert.doesNotMatch(md.render("`$x$`\n\n```\n$$x$$\n```"), /math/);
});

test("unclosed display maths stays text", () => {
  assert.doesNotMatch(md.render("$$\nx\n\nmore"), /math/);
});
