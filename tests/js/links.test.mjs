import assert from "node:assert/strict";
import { test } from "node:test";
import { hostToShow, mayLink, safeLink } from "../../static/chat/models/links.js";
import { createMarkdown } from "../../static/chat/models/markdown.js";

const REFUSED = [
  "javascript:alert(1)",
  "JaVa&#115;cript:alert(1)",
  "java\tscript:alert(1)",
  " javascript:alert(1)",
  "vbscript:x",
  "file:///etc/passwd",
  "data:text/html,<script>1</script>",
  "ms-msdt:/id",
  "blob:https://example.org/1",
  "//evil.example",
  "/admin/logout",
  "admin",
  "#top",
  "?x=1",
  "https:evil.example",
  "http:/evil.example",
  "https://good.example@evil.example",
  "https://user:pw@evil.example",
  "https:\\\\evil.example",
  "http://",
  "https://exa mple.org",
  "ftp://example.org",
  "\u0000https://example.org",
];

test("only absolute http, https and mailto addresses are links", () => {
  for (const address of REFUSED) assert.equal(safeLink(address), null, address);
  for (const address of [
    "https://example.org/a?b#c",
    "HTTP://example.org",
    "mailto:someone@example.org",
  ]) {
    assert.notEqual(safeLink(address), null, address);
  }
});

test("a chat of the reader's own is the only place here that a text may lead to", () => {
  const md = createMarkdown();
  for (const address of ["/c/conv_1a-2", "/c/conv_1?response=resp_2"]) {
    assert.ok(mayLink(address), address);
    assert.match(md.render(`[x](${address})`), /<a href="\/c\//);
    assert.doesNotMatch(md.render(`![x](${address})`), /href/);
  }
  const others = ["/c/", "/c/a/../../admin/", "/c/a?x=1", "/c/a?response=b&c=d", "/c/a#b", "c/a", "//c/a", "/c/a\n"];
  for (const address of [...others, ...REFUSED]) assert.equal(mayLink(address), false, address);
});

test("a refused address renders as text, never as an href", () => {
  const md = createMarkdown();
  for (const address of REFUSED) {
    for (const source of [
      `[x](${address})`,
      `[x](<${address}>)`,
      `<${address}>`,
      `![x](${address})`,
      `[x][r]\n\n[r]: ${address}`,
    ]) {
      const hrefs = [...md.render(source).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
      for (const href of hrefs) assert.match(href, /^(https?:\/\/|mailto:)/i, source);
      for (const href of hrefs) assert.notEqual(safeLink(href), null, source);
    }
  }
});

test("links leave in a new tab without telling where from, and name their host", () => {
  const html = createMarkdown().render("[x](https://example.org/path)");
  assert.match(html, /target="_blank" rel="noopener noreferrer nofollow ugc" title="example.org"/);
});

test("pictures become links and are never loaded", () => {
  const md = createMarkdown();
  for (const source of [
    "![a](https://e.example/p.png)",
    "![a][r]\n\n[r]: https://e.example/p.png",
    "![](data:image/svg+xml,x)",
    "<img src=x>",
  ]) {
    assert.doesNotMatch(md.render(source), /<img|<[^>]*src=/, source);
  }
  assert.match(
    md.render("![a cat](https://e.example/p.png)"),
    /class="image-link" href="https:\/\/e.example\/p.png".*>a cat</,
  );
});

test("a link whose text names another host tells the real one", () => {
  assert.equal(hostToShow("https://bank.example/login", "https://evil.example/"), "evil.example");
  assert.equal(hostToShow("bank.example", "https://www.bank.example/"), null);
  assert.equal(hostToShow("the docs", "https://example.org/"), null);
  assert.equal(hostToShow("аpple.com", "https://аpple.com/"), "xn--pple-43d.com");
});

test("no raw HTML passes", () => {
  const html = createMarkdown().render(
    '<script>1</script>\n\n<img src=x onerror=1> **<b>**\n\n```"><img onerror=1>\nx\n```',
  );
  assert.doesNotMatch(html, /<(script|img|b)\b/);
});
