// Has more of the conversation loaded before the reader comes to where it is cut: by scrolling, or
// by the buttons that stand there.
import { onAction } from "./dom.js";

const AHEAD = 3; // heights of the view

export class Reach {
  /**
   * @param {HTMLElement} view scrolls
   * @param {{earlier: HTMLElement, later: HTMLElement}} ends what stands above and below the turns
   * @param {import("./transcript.js").Transcript} transcript
   * @param {object} act
   * @param {() => {earlier: string | null, later: string | null}} act.cursors
   * @param {(side: "earlier" | "later") => Promise<void>} act.more
   * @param {() => void} act.first
   * @param {(error: Error) => void} act.failed what was asked for by a button
   */
  constructor(view, ends, transcript, act) {
    Object.assign(this, { view, ends, transcript, act });
    this.waiting = false;
    view.addEventListener("scroll", () => this.look(), { passive: true });
    for (const side of ["earlier", "later"]) {
      onAction(ends[side], side, () => act.more(side).catch(act.failed));
    }
    onAction(ends.earlier, "first", act.first);
  }

  /** Something was shown, or scrolled. */
  look() {
    const { earlier, later } = this.act.cursors();
    this.ends.earlier.hidden = earlier === null;
    this.ends.later.hidden = later === null;
    if (this.waiting || (earlier ?? later) === null) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.#ask();
    });
  }

  #ask() {
    const { earlier, later } = this.act.cursors();
    const { top, bottom, height } = this.view.getBoundingClientRect();
    const above = this.#place(earlier);
    if (above && above.top > top - AHEAD * height) this.#more("earlier");
    const below = this.#place(later);
    if (below && below.bottom < bottom + AHEAD * height) this.#more("later");
  }

  #place(id) {
    return id === null ? undefined : this.transcript.view(id)?.node.getBoundingClientRect();
  }

  /** Nobody asked for it: where it fails, the next scrolling tries again, and the button says so. */
  #more(side) {
    this.act.more(side).catch(() => {});
  }
}
