// From message to message, by the buttons beside the one to the end or by keys.
import { part } from "./dom.js";

const EDGE = 24; // px: a message so near the top of the view is the one that is read

export class Steps {
  /**
   * @param {HTMLElement} node with the buttons
   * @param {HTMLElement} view scrolls
   * @param {import("./transcript.js").Transcript} transcript
   * @param {import("./scroller.js").Scroller} scroller
   * @param {() => void} end goes to the end of the conversation
   */
  constructor(node, view, transcript, scroller, end) {
    Object.assign(this, { node, view, transcript, scroller, end });
    part(node, "previous-message").addEventListener("click", () => this.previous());
    part(node, "next-message").addEventListener("click", () => this.next());
  }

  previous() {
    const turn = this.transcript.turns.findLast(({ node }) => this.#top(node) < -EDGE / 2);
    if (turn) this.scroller.step(turn.node);
  }

  /** Below the last one is the end. */
  next() {
    const turn = this.transcript.turns.find(({ node }) => this.#top(node) > EDGE);
    if (turn) this.scroller.step(turn.node);
    else this.end();
  }

  #top(node) {
    return node.getBoundingClientRect().top - this.view.getBoundingClientRect().top;
  }
}
