// Draws the turns that are in view or near it, and puts those away that are far: however long a
// conversation is, the browser lays out a few dozen turns. Those in view are drawn at once, those
// near it in what is left of each frame, so that neither a key nor a delta waits for them.

const NEAR = 12; // turns beside those in view that are drawn ahead
const FAR = 20; // and beyond which they are put away again
const BUDGET = 6; // ms of a frame

export class Drawing {
  /**
   * @param {HTMLElement} view scrolls
   * @param {import("./transcript.js").Transcript} transcript
   * @param {(change: () => void) => void} stay leaves what is read where it is meanwhile
   */
  constructor(view, transcript, stay) {
    Object.assign(this, { view, transcript, stay });
    this.frame = null;
    transcript.drawsAll = false;
    view.addEventListener("scroll", () => this.look(), { passive: true });
    new ResizeObserver(() => this.look()).observe(view);
    // On paper nothing is far.
    addEventListener("beforeprint", () => this.transcript.turns.forEach((turn) => turn.draw()));
    addEventListener("afterprint", () => this.look());
  }

  /** Something was shown, or scrolled. */
  look() {
    if (this.transcript.Content) this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.now();
      this.#ahead();
    });
  }

  /** Draws what is in view. @returns {boolean} whether something was missing there */
  now() {
    if (!this.transcript.Content) return false;
    const { first, last } = this.#inView();
    const missing = this.transcript.turns.slice(first, last + 1).filter((turn) => !turn.isDrawn);
    if (missing.length) this.stay(() => missing.forEach((turn) => turn.draw()));
    return missing.length > 0;
  }

  #ahead() {
    const { first, last } = this.#inView();
    const { turns } = this.transcript;
    const isFar = (at) => at < first - FAR || at > last + FAR;
    const ahead = outwards(first, last, NEAR).filter((at) => turns[at] && !turns[at].isDrawn);
    const away = turns.filter((turn, at) => turn.isDrawn && isFar(at));
    if (!ahead.length && !away.length) return;
    this.stay(() => {
      away.forEach((turn) => turn.putAway());
      const ends = performance.now() + BUDGET;
      while (ahead.length && performance.now() < ends) turns[ahead.shift()].draw();
    });
    if (ahead.length) this.look();
  }

  #inView() {
    const { top, bottom } = this.view.getBoundingClientRect();
    const { turns } = this.transcript;
    const first = partition(turns, (turn) => turn.node.getBoundingClientRect().bottom <= top);
    const after = partition(turns, (turn) => turn.node.getBoundingClientRect().top < bottom);
    return { first, last: Math.max(first, after - 1) };
  }
}

/** @returns {number} how many of the first ones are so; those after them are not */
function partition(all, isSo) {
  let [from, to] = [0, all.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isSo(all[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Indices beside a range, the nearest ones first. */
const outwards = (first, last, count) =>
  Array.from({ length: count }, (_, at) => [first - at - 1, last + at + 1]).flat();
