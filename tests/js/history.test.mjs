import assert from "node:assert/strict";
import { test } from "node:test";
import { History, period } from "../../static/chat/models/history.js";

const now = new Date(2026, 10, 23, 0, 30);
const summary = (id, date) => ({ id, title: id, updated_at: date.toISOString(), answering: null });

test("periods follow the calendar, not 24 hours", () => {
  const days = (count, hour = 23) => new Date(2026, 10, 23 - count, hour);
  assert.equal(period(new Date(2026, 10, 23, 0, 1), now), "today");
  assert.equal(period(days(1), now), "yesterday");
  assert.equal(period(days(2), now), "week");
  assert.equal(period(days(6), now), "week");
  assert.equal(period(days(7), now), "month");
  assert.equal(period(days(29), now), "month");
  assert.equal(period(days(30), now), "older");
  assert.equal(period(new Date(2026, 10, 24), now), "today");
});

test("conversations are grouped, newest first, and move up when used", () => {
  const history = new History();
  history.put(summary("old", new Date(2026, 1, 1)));
  history.put(summary("yesterday", new Date(2026, 10, 22)));
  history.put(summary("today", new Date(2026, 10, 23, 0, 1)));
  const shown = () =>
    history.groups(now).map(({ period, summaries }) => [period, summaries.map(({ id }) => id)]);
  assert.deepEqual(shown(), [
    ["today", ["today"]],
    ["yesterday", ["yesterday"]],
    ["older", ["old"]],
  ]);
  history.put(summary("old", new Date(2026, 10, 23, 0, 2)));
  history.remove("yesterday");
  assert.deepEqual(shown(), [["today", ["old", "today"]]]);
});

test("a list says what is new and what is gone, and is older than what was heard meanwhile", () => {
  const history = new History();
  for (const [day, id] of ["a", "b", "c", "d"].entries())
    history.put(summary(id, new Date(2026, 10, 10 + day)));
  const asked = history.changes;
  history.put({ ...summary("b", new Date(2026, 10, 20)), title: "renamed meanwhile" });
  const listed = [summary("d", new Date(2026, 10, 13)), summary("b", new Date(2026, 10, 11))];
  const { news, gone } = history.compare(listed, null, asked);
  assert.deepEqual(
    news.map(({ id }) => id),
    ["d"],
  );
  assert.deepEqual(gone, ["a", "c"]);
});

test("what is older than the first page is not missing from it", () => {
  const history = new History();
  history.put(summary("old", new Date(2026, 1, 1)));
  history.put(summary("deleted", new Date(2026, 10, 20)));
  const listed = [summary("new", new Date(2026, 10, 21)), summary("end", new Date(2026, 10, 19))];
  assert.deepEqual(history.compare(listed, "cursor", history.changes).gone, ["deleted"]);
});

test("what is pinned is on top, the last pinned first, whenever it was used", () => {
  const history = new History();
  const pinned = (id, day) => ({
    ...summary(id, new Date(2026, 1, 1)),
    pinned_at: new Date(2026, 10, day).toISOString(),
  });
  history.put(summary("today", now));
  history.put(pinned("first", 1));
  history.put(pinned("second", 2));
  const [top, rest] = history.groups(now);
  assert.deepEqual(
    [top.period, top.summaries.map(({ id }) => id), rest.period],
    ["pinnedChats", ["second", "first"], "today"],
  );
});

test("what is pinned comes with every first page: where it does not, it is gone", () => {
  const history = new History();
  history.put({ ...summary("old", new Date(2020, 1, 1)), pinned_at: now.toISOString() });
  const { gone } = history.compare([summary("today", now)], "more", history.changes);
  assert.deepEqual(gone, ["old"]);
});

test("what is in a folder is there, not among the days, and not gone where no list has it", () => {
  const history = new History();
  history.put({ ...summary("inside", now), folder: "f" });
  history.put({ ...summary("pinned", now), folder: "f", pinned_at: now.toISOString() });
  assert.deepEqual(history.inFolder("f").map(({ id }) => id), ["inside"]);
  assert.deepEqual(history.groups(now).map(({ period }) => period), ["pinnedChats"]);
  const { gone } = history.compare([history.get("pinned")], null, history.changes);
  assert.deepEqual(gone, []);
});

test("the list of a folder says what is gone from it, and from nowhere else", () => {
  const history = new History();
  for (const id of ["stays", "gone"]) history.put({ ...summary(id, now), folder: "f" });
  history.put({ ...summary("other", now), folder: "g" });
  history.put(summary("outside", now));
  history.put({ ...summary("pinned", now), folder: "f", pinned_at: now.toISOString() });
  const listed = [history.get("stays")];
  const { gone } = history.compare(listed, null, history.changes, "f");
  assert.deepEqual(gone, ["gone"]);
});

test("what scripts began is not listed where that is wanted, but for what was put somewhere", () => {
  const history = new History();
  const script = (id, more) => history.put({ ...summary(id, now), key_name: "Notebook", ...more });
  history.put(summary("own", now));
  script("asked");
  script("pinned", { pinned_at: now.toISOString() });
  script("filed", { folder: "f" });
  const listed = () => history.groups(now).flatMap(({ summaries }) => summaries.map(({ id }) => id));
  assert.deepEqual(listed().toSorted(), ["asked", "own", "pinned"]);
  history.hidesScripts = true;
  assert.deepEqual(listed(), ["pinned", "own"]);
  assert.deepEqual(history.inFolder("f").map(({ id }) => id), ["filed"]);
  const { gone } = history.compare([history.get("pinned"), history.get("own")], null, history.changes);
  assert.deepEqual(gone, []); // a list without it does not say that it is gone
});
