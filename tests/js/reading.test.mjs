import assert from "node:assert/strict";
import { test } from "node:test";
import { Reading } from "../../static/chat/models/reading.js";
import { factsOf, wantedIn } from "../../static/chat/models/shares.js";

const node = (id, previous = null, more = {}) => ({
  id,
  previous_response_id: previous,
  retry_of: null,
  ...more,
});

test("it begins on the branch that was shared, and the others are in reach", () => {
  const reading = new Reading([node("a"), node("b", "a"), node("c", "a")], "b");
  assert.deepEqual(
    reading.path().map(({ id }) => id),
    ["a", "b"],
  );
  assert.equal(reading.path()[1].questions.next, "c");
  reading.select("c");
  assert.equal(reading.path()[1].id, "c");
});

test("of one branch there is nothing to go between", () => {
  const reading = new Reading([node("a"), node("b", "a", { retry_of: "x" })], "b");
  assert.deepEqual(
    reading.path().map(({ answers }) => answers.count),
    [1, 1],
  );
});

test("a link says what it shows, until when, and how often it was opened", () => {
  const share = { whole_tree: true, has_passphrase: true, expires_at: "2027-01-02T00:00:00Z", views: 2 };
  assert.deepEqual(
    factsOf(share, (moment) => moment.toISOString().slice(0, 10)),
    [
      ["shareTree", {}],
      ["shareUntil", { date: "2027-01-02" }],
      ["shareLocked", {}],
      ["shareViews", { count: 2 }],
    ],
  );
});

test("the form says what link is wanted", () => {
  const form = new FormData();
  form.set("what", "tree");
  form.set("days", "");
  assert.deepEqual(wantedIn(form, "r1"), {
    response: "r1",
    whole_tree: true,
    days: null,
    passphrase: "",
  });
});
