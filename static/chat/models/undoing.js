// What was done a moment ago and can be taken back, and for how long: the time stands still while
// the person is at it, and begins anew when there is more.

/** @template T */
export class Undoing {
  /**
   * @param {{setTimeout: Function, clearTimeout: Function, now: () => number}} world
   * @param {number} time in milliseconds
   * @param {() => void} over it can't be taken back here any more
   */
  constructor(world, time, over) {
    Object.assign(this, { world, time, over });
    this.entries = /** @type {T[]} */ ([]);
    this.holds = new Set();
    this.left = time;
    this.since = 0;
    this.timer = null;
  }

  /** @param {T[]} entries which were done together with what is there */
  add(entries) {
    this.entries.push(...entries);
    this.#stop();
    this.left = this.time;
    this.#run();
  }

  /** The time stands still. @param {string} reason of several, each is to end */
  hold(reason) {
    this.holds.add(reason);
    this.#stop();
  }

  /** @param {string} reason holds it no longer */
  release(reason) {
    this.holds.delete(reason);
    this.#run();
  }

  /** @returns {T[]} what is to be taken back, which is nobody's from now on */
  take() {
    const { entries } = this;
    this.entries = [];
    this.holds.clear();
    this.#stop();
    return entries;
  }

  #run() {
    if (!this.entries.length || this.holds.size || this.timer !== null) return;
    this.since = this.world.now();
    this.timer = this.world.setTimeout(() => {
      this.timer = null;
      this.take();
      this.over();
    }, this.left);
  }

  #stop() {
    if (this.timer === null) return;
    this.world.clearTimeout(this.timer);
    this.timer = null;
    this.left = Math.max(0, this.left - (this.world.now() - this.since));
  }
}
