import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../static/chat/models/drafts.js";
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

function storage({ broken = false } = {}) {
  const values = new Map();
  const guard =
    (use) =>
    (...args) => {
      if (broken) throw new DOMException("full", "QuotaExceededError");
      return use(...args);
    };
  return {
    getItem: guard((key) => values.get(key) ?? null),
    setItem: guard((key, value) => values.set(key, value)),
    removeItem: guard((key) => values.delete(key)),
  };
}

test("each conversation has its own draft, and so has the one not begun", () => {
  const kept = storage();
  const drafts = new Drafts(kept);
  drafts.set(null, "new");
  drafts.set("c1", "first");
  const reloaded = new Drafts(kept);
  assert.deepEqual(
    [reloaded.get(null), reloaded.get("c1"), reloaded.get("c2")],
    ["new", "first", ""],
  );
  reloaded.set("c1", "");
  assert.equal(new Drafts(kept).get("c1"), "");
});

test("drafts hold while the page lasts where nothing can be stored", () => {
  for (const none of [null, storage({ broken: true })]) {
    const drafts = new Drafts(none);
    drafts.set("c1", "words");
    assert.equal(drafts.get("c1"), "words");
    assert.equal(drafts.get("c2"), "");
  }
});
