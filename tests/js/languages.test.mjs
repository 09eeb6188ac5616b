import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES } from "../../static/vendor/highlight/languages.js";
import { grammarsFor } from "../../static/chat/models/languages.js";

const names = (language) => grammarsFor(language).map(({ name }) => name);

test("over a hundred languages are known, each by its file", async () => {
  assert.ok(Object.keys(LANGUAGES).length > 150);
  for (const { load } of Object.values(LANGUAGES)) assert.equal(typeof (await load()).default, "function");
});

test("a fence may use any of a language's names, in any case", () => {
  assert.deepEqual(names("py"), ["python"]);
  assert.deepEqual(names("JS"), names("javascript"));
  assert.deepEqual(names("rs"), ["rust"]);
  assert.equal(names("c++")[0], "cpp");
  for (const none of ["", "mermaid", "constructor", "no such"]) assert.deepEqual(names(none), []);
});

test("a language brings those that are embedded in it", () => {
  assert.ok(["css", "javascript"].every((name) => names("html").includes(name)));
  assert.ok(names("erb").includes("ruby"));
});
