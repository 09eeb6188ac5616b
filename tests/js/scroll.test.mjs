import assert from "node:assert/strict";
import { test } from "node:test";
import { ScrollPolicy, distance } from "../../static/chat/models/scroll.js";

const at = (top, height = 2000, view = 500) => ({ top, height, view });

test("the distance to the end is never negative", () => {
  assert.equal(distance(at(1000)), 500);
  assert.equal(distance(at(1600)), 0);
});

test("at the bottom a growing answer is followed", () => {
  assert.equal(new ScrollPolicy().resized(at(1500, 2100)), true);
});

test("moving up lets go at once, and growth does not take hold again", () => {
  const policy = new ScrollPolicy();
  policy.scrolled(at(1500), true);
  policy.scrolled(at(1490), true);
  assert.equal(policy.following, false);
  assert.equal(policy.resized(at(1490, 2400)), false);
});

test("a wheel turned up lets go before anything has scrolled", () => {
  const policy = new ScrollPolicy();
  policy.letGo();
  assert.equal(policy.resized(at(1500, 2100)), false);
});

test("coming back to the bottom takes hold again", () => {
  const policy = new ScrollPolicy();
  policy.scrolled(at(1500), true);
  policy.scrolled(at(900), true);
  policy.scrolled(at(1430), true);
  assert.equal(policy.following, false);
  policy.scrolled(at(1460), true);
  assert.equal(policy.following, true);
});

test("a small step up near the bottom lets go too", () => {
  const policy = new ScrollPolicy();
  policy.scrolled(at(1500), true);
  policy.scrolled(at(1480), true);
  assert.equal(policy.following, false);
});

test("our own scrolling never counts as the reader's", () => {
  const policy = new ScrollPolicy();
  policy.letGo();
  policy.scrolled(at(1500), false);
  assert.equal(policy.following, false);
});

test("moving up lets go while an answer grows, too", () => {
  const policy = new ScrollPolicy();
  policy.scrolled(at(1500), true);
  policy.scrolled(at(1450, 2030), true);
  assert.equal(policy.following, false);
});

test("a view that only became taller or shorter is no movement of the reader", () => {
  const policy = new ScrollPolicy();
  policy.scrolled(at(1500), true);
  policy.scrolled(at(1400, 2000, 600), true);
  assert.equal(policy.following, true);
});

test("a layout that shrinks is no movement of the reader", () => {
  const policy = new ScrollPolicy();
  policy.scrolled(at(1500, 2000), true);
  policy.scrolled(at(1300, 1800), true);
  assert.equal(policy.following, true);
});

test("the button shows far from the end and hides near it", () => {
  const policy = new ScrollPolicy();
  policy.scrolled(at(1350), true);
  assert.equal(policy.button, false);
  policy.scrolled(at(1200), true);
  assert.equal(policy.button, true);
  policy.scrolled(at(1400), true);
  assert.equal(policy.button, true);
  policy.scrolled(at(1450), true);
  assert.equal(policy.button, false);
});
