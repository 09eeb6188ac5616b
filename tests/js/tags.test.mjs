// Tags of the conversations that are chosen, and those that are offered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compared, held, offered } from "../../static/chat/models/tags.js";

const tag = (name) => ({ id: name.toLowerCase(), name });
const birds = tag("Birds");
const ants = tag("ants");
const names = (tags) => tags.map(({ name }) => name);

test("case, width and blanks make no difference", () => {
  const wide = String.fromCodePoint(...[..."READ"].map((sign) => sign.charCodeAt(0) + 0xfee0));
  assert.equal(compared(`  ${wide}\u3000 now `), compared("read now"));
});

test("several conversations have what any of them has, each with how often", () => {
  const found = held([{ tags: [birds, ants] }, { tags: [birds] }, {}]);
  assert.deepEqual(found, [
    { ...ants, count: 1 },
    { ...birds, count: 2 },
  ]);
});

test("what all of them have is not offered, what some have is", () => {
  const chosen = [{ tags: [birds, ants] }, { tags: [birds] }];
  assert.deepEqual(names(offered([birds, ants], "", chosen, 8)), ["ants"]);
});

test("what begins as the text comes before what has it within", () => {
  const all = [tag("to read"), tag("Reading"), tag("bread"), tag("later")];
  assert.deepEqual(names(offered(all, "READ", [{}], 8)), ["Reading", "bread", "to read"]);
  assert.deepEqual(names(offered(all, "read", [{}], 1)), ["Reading"]);
});
