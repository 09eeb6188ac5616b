// The sidebar as a drawer follows the finger. What can be scrolled sideways itself, such as a table
// or code, keeps its own; and nothing listens to moves while no pull may begin.
import { Swipe } from "../models/swipe.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class DrawerSwipe {
  /**
   * @param {HTMLElement} node the shell
   * @param {HTMLElement} drawer
   * @param {object} state
   * @param {() => boolean} state.isDrawer whether the sidebar is one now
   * @param {() => boolean} state.isOpen
   * @param {() => void} state.toggle
   */
  constructor(node, drawer, state) {
    Object.assign(this, { node, drawer, state });
    this.swipe = /** @type {Swipe | null} */ (null);
    this.moved = (event) => this.#move(event);
    this.ended = (event) => this.#end(event);
    node.addEventListener("touchstart", (event) => this.#begin(event), { passive: true });
  }

  #begin(event) {
    if (this.swipe) return this.#leave(); // a second finger means something else
    const { target, touches } = event;
    if (!this.state.isDrawer() || touches.length !== 1 || isElsewhere(target, this.node)) return;
    const open = this.state.isOpen();
    this.swipe = new Swipe(this.#point(event), { open, width: this.drawer.offsetWidth });
    if (!this.swipe.isAlive) return this.#leave();
    // Not passive: a move that is ours must not scroll, or go back in the history.
    this.node.addEventListener("touchmove", this.moved, { passive: false });
    for (const end of ["touchend", "touchcancel"]) this.node.addEventListener(end, this.ended);
  }

  #move(event) {
    const isOurs = this.swipe.move(this.#point(event));
    if (!this.swipe.isAlive) return this.#leave();
    if (!isOurs || !event.cancelable) return;
    event.preventDefault();
    if (still.matches) return;
    this.node.dataset.pulled = "";
    this.node.style.setProperty("--shown", String(this.swipe.shown));
  }

  #end({ type, timeStamp }) {
    const { swipe } = this;
    this.#leave();
    const open = type === "touchcancel" ? swipe.open : swipe.end(timeStamp);
    if (open !== this.state.isOpen()) this.state.toggle();
  }

  #leave() {
    this.swipe = null;
    delete this.node.dataset.pulled;
    this.node.style.removeProperty("--shown");
    this.node.removeEventListener("touchmove", this.moved);
    for (const end of ["touchend", "touchcancel"]) this.node.removeEventListener(end, this.ended);
  }

  /** Measured from the edge at which the drawer is, wherever that is. */
  #point({ touches: [{ clientX: x, clientY: y }], timeStamp: time }) {
    const isMirrored = getComputedStyle(this.node).direction === "rtl";
    return { x: isMirrored ? innerWidth - x : x, y, time };
  }
}

/** A finger on what moves sideways itself, that marks a text, or that is in a dialog. */
function isElsewhere(target, root) {
  if (document.querySelector("dialog[open]") || !getSelection()?.isCollapsed) return true;
  for (let node = target; node && node !== root; node = node.parentElement) {
    if (node.matches("input, textarea, select")) return true;
    const scrolls = ["auto", "scroll"].includes(getComputedStyle(node).overflowX);
    if (scrolls && node.scrollWidth > node.clientWidth) return true;
  }
  return false;
}
