import assert from "node:assert/strict";
import { test } from "node:test";
import { lastCode } from "../../static/chat/models/last-code.js";

const answer = (text) => ({ output: [{ type: "message", content: [{ type: "output_text", text }] }] });

test("the last code is the last block of the last answer that has any", () => {
  const answers = [answer("```js\none()\n```"), answer("a\n```\ntwo\n```\nb\n~~~py\nthree\n~~~"), answer("No `code`.")];
  assert.equal(lastCode(answers), "three\n");
});

test("code that is still being written is copied as far as it is", () => {
  assert.equal(lastCode([answer("```py\nprint(")]), "print(");
});

test("without any code there is none", () => {
  assert.equal(lastCode([answer("Words."), { output: [] }, {}]), "");
});
