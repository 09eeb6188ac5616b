// When the view may follow a growing answer. It follows only while the reader is at the bottom,
// lets go as soon as the reader moves up, and takes hold again only when the reader came back.

const BUTTON_SHOWS = 200; // px from the end
export const NEAR = 60; // px: the end runs on while one scrolls down to it

/** @typedef {{top: number, height: number, view: number}} Metrics scrollTop, content's end, clientHeight */

/** @param {Metrics} metrics @returns {number} px between the view's end and the content's */
export const distance = ({ top, height, view }) => Math.max(0, height - view - top);

export class ScrollPolicy {
  constructor() {
    this.following = true;
    this.button = false;
    this.last = /** @type {Metrics | null} */ (null);
  }

  /** The reader pressed a key, turned the wheel or dragged upwards. */
  letGo() {
    this.following = false;
  }

  /** The reader asked for the end, or opened a conversation. */
  takeHold() {
    this.following = true;
    this.button = false;
  }

  /**
   * A scroll event. A view that was moved up by a layout that shrank, or became taller or shorter,
   * was not moved by the reader; while an answer grows, up is up.
   * @param {Metrics} metrics
   * @param {boolean} byReader false for our own scrolling
   */
  scrolled(metrics, byReader) {
    const up = this.last !== null && metrics.top < this.last.top - 1;
    const isPushed = metrics.height < this.last?.height || metrics.view !== this.last?.view;
    if (byReader && up && !isPushed) this.following = false;
    else if (byReader && !up && distance(metrics) <= NEAR) this.following = true;
    this.#note(metrics);
  }

  /**
   * The content grew or shrank.
   * @param {Metrics} metrics
   * @returns {boolean} whether to scroll to the end now
   */
  resized(metrics) {
    this.#note(metrics);
    return this.following && distance(metrics) > 0;
  }

  #note(metrics) {
    this.last = { ...metrics };
    const away = distance(metrics);
    this.button = this.button ? away > NEAR : away > BUTTON_SHOWS;
  }
}
