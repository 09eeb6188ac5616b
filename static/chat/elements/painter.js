// Decides when to draw. Each drawing costs time that grows with the text, so the pause until the
// next one follows from the last: most of the page's time stays free for the reader.

const SHORTEST = 16;
const LONGEST = 250;

export class Painter {
  /** @param {(id: string) => void} draw one answer, with everything that has arrived */
  constructor(draw) {
    this.draw = draw;
    this.waiting = new Set();
    this.timer = null;
    this.pause = SHORTEST;
    this.ended = 0;
  }

  /** @param {string} id something arrived for it */
  request(id) {
    this.waiting.add(id);
    const wait = Math.max(0, this.ended + this.pause - performance.now());
    this.timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Draws now: an end should not wait. */
  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    const began = performance.now();
    const ids = [...this.waiting];
    this.waiting.clear();
    ids.forEach(this.draw);
    this.ended = performance.now();
    this.pause = Math.min(LONGEST, Math.max(SHORTEST, 3 * (this.ended - began)));
  }
}
