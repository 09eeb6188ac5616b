// A finger that pulls a drawer open from the edge of the window, or shut. Until it has gone some way
// it is anybody's; whoever moves up or down, or the wrong way, means something else.

/** Far enough to tell where a finger goes, in pixels. */
const SLOP = 10;
/** Where a pull may begin: the outermost pixels are the system's, for its own way back. */
export const EDGE = { from: 16, to: 56 };
/** A flick, in pixels a millisecond: it decides whatever the way it went. */
const FLICK = 0.4;
/** How much of the last moment's way counts as its speed, in milliseconds. */
const MOMENT = 80;

/** @typedef {{x: number, y: number, time: number}} Point along the reading direction, from the edge */

export class Swipe {
  /**
   * @param {Point} start
   * @param {{open: boolean, width: number}} drawer
   */
  constructor(start, { open, width }) {
    Object.assign(this, { start, open, width });
    this.state = /** @type {"begun" | "ours" | "over"} */ ("begun");
    this.points = [start];
    if (!open && (start.x < EDGE.from || start.x > EDGE.to)) this.state = "over";
  }

  /** Whether it is, or may become, one that moves the drawer. */
  get isAlive() {
    return this.state !== "over";
  }

  /** @returns {number} how far the drawer is out, from 0 to 1 */
  get shown() {
    const way = this.points.at(-1).x - this.start.x;
    return Math.min(1, Math.max(0, (this.open ? 1 : 0) + way / this.width));
  }

  /** @param {Point} point where the finger is now @returns {boolean} whether it moves the drawer */
  move(point) {
    if (this.state === "over") return false;
    this.points = [...this.points.filter(({ time }) => point.time - time <= MOMENT), point];
    if (this.state === "begun") this.#decide(point);
    return this.state === "ours";
  }

  /** @param {number} time when the finger was lifted @returns {boolean} whether the drawer is open */
  end(time) {
    if (this.state !== "ours") return this.open;
    const [first, last] = [this.points[0], this.points.at(-1)];
    const isResting = time - last.time > MOMENT;
    const speed = isResting ? 0 : (last.x - first.x) / Math.max(1, last.time - first.time);
    return Math.abs(speed) >= FLICK ? speed > 0 : this.shown > 0.5;
  }

  #decide({ x, y }) {
    const [across, down] = [x - this.start.x, Math.abs(y - this.start.y)];
    if (Math.max(Math.abs(across), down) < SLOP) return;
    const isRightWay = this.open ? across < 0 : across > 0;
    this.state = isRightWay && Math.abs(across) > 1.5 * down ? "ours" : "over";
  }
}
