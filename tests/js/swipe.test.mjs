import assert from "node:assert/strict";
import { test } from "node:test";
import { EDGE, Swipe } from "../../static/chat/models/swipe.js";

const WIDTH = 280;
const at = (x, time, y = 300) => ({ x, y, time });

/** A finger that goes along these points; the last stays for a while unless it is lifted at once. */
function swiped(open, points, lifted = points.at(-1).time + 200) {
  const swipe = new Swipe(points[0], { open, width: WIDTH });
  const ours = points.slice(1).map((point) => swipe.move(point));
  return { swipe, ours, open: swipe.end(lifted) };
}

test("from the edge it opens when it is pulled further than half", () => {
  assert.equal(swiped(false, [at(30, 0), at(60, 100), at(200, 400)]).open, true);
  assert.equal(swiped(false, [at(30, 0), at(60, 100), at(120, 400)]).open, false);
});

test("open it is pulled shut from anywhere", () => {
  assert.equal(swiped(true, [at(250, 0), at(200, 100), at(90, 400)]).open, false);
  assert.equal(swiped(true, [at(250, 0), at(230, 100), at(200, 400)]).open, true);
});

test("a flick decides, however short its way", () => {
  assert.equal(swiped(false, [at(30, 0), at(50, 20), at(80, 40)], 45).open, true);
  assert.equal(swiped(true, [at(200, 0), at(180, 20), at(150, 40)], 45).open, false);
  const back = [at(30, 0), at(60, 50), at(230, 300), at(190, 340), at(150, 380)];
  assert.equal(swiped(false, back, 385).open, false);
});

test("the outermost pixels are the system's, and the middle of the page is the page's", () => {
  for (const x of [0, EDGE.from - 1, EDGE.to + 1, 200])
    assert.equal(new Swipe(at(x, 0), { open: false, width: WIDTH }).isAlive, false);
  assert.equal(new Swipe(at(EDGE.from, 0), { open: false, width: WIDTH }).isAlive, true);
});

test("who scrolls up or down, or goes the other way, means something else", () => {
  for (const [open, to] of [
    [false, at(38, 50, 330)],
    [false, at(18, 50)],
    [false, at(50, 50, 318)],
    [true, at(60, 50)],
  ]) {
    const swipe = new Swipe(at(30, 0), { open, width: WIDTH });
    assert.equal(swipe.move(to), false);
    assert.equal(swipe.isAlive, false);
    assert.equal(swipe.move(at(200, 100)), false);
    assert.equal(swipe.end(500), open);
  }
});

test("the drawer is where the finger is, and never further than open or shut", () => {
  const { swipe } = swiped(false, [at(30, 0), at(50, 50), at(170, 100)]);
  assert.equal(swipe.shown, 0.5);
  swipe.move(at(600, 150));
  assert.equal(swipe.shown, 1);
  swipe.move(at(0, 200));
  assert.equal(swipe.shown, 0);
});

test("a finger that has hardly moved decides nothing yet", () => {
  const { swipe, ours, open } = swiped(false, [at(30, 0), at(36, 40)]);
  assert.deepEqual([ours, swipe.isAlive, open], [[false], true, false]);
});
