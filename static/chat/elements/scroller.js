// Scrolls the conversation as the policy of models/scroll.js says, and nothing else scrolls it.
import { ScrollPolicy } from "../models/scroll.js";

const LANDINGS = 8;
const STEP = 16; // px above a turn that was stepped to
const ANCHORS = CSS.supports("overflow-anchor", "auto");
const OPENERS = "summary, .json, .code [aria-expanded]";
const UP_KEYS = new Set(["ArrowUp", "PageUp", "Home"]);

export class Scroller {
  /**
   * @param {HTMLElement} view scrolls
   * @param {HTMLElement} content grows
   * @param {HTMLElement} steps what leads to the end, and from message to message
   */
  constructor(view, content, steps) {
    this.view = view;
    this.steps = steps;
    this.draw = () => false; // what is in view; whether something was missing there
    this.isCut = false; // the conversation goes on below what is here: there is no end to follow
    this.policy = new ScrollPolicy();
    this.isPushed = false;
    this.landing = /** @type {(() => number) | null} */ (null); // what the view was brought to last
    this.ours = null; // where we scrolled to; the event that follows is no reader's
    view.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    view.addEventListener("wheel", (event) => event.deltaY < 0 && this.policy.letGo(), {
      passive: true,
    });
    view.addEventListener("touchstart", (event) => (this.touch = event.touches[0].clientY), {
      passive: true,
    });
    view.addEventListener("touchmove", (event) => this.#touched(event), { passive: true });
    view.addEventListener("keydown", (event) => isUp(event) && this.policy.letGo());
    // Who opens something wants to read it, and not to be carried to the end by its size.
    content.addEventListener("click", ({ target }) => target.closest(OPENERS) && this.policy.letGo(), true);
    const resized = new ResizeObserver(() => this.#resized());
    resized.observe(content);
    resized.observe(view);
  }

  /** Lands at the end, and follows from there. */
  toEnd() {
    this.policy.takeHold();
    this.#land(() => this.view.scrollHeight);
  }

  /** Lands at a turn that somebody looked for. @param {HTMLElement} turn */
  toTurn(turn) {
    this.policy.letGo();
    this.#land(() => this.view.scrollTop + this.#topOf(turn));
    turn.tabIndex = -1;
    turn.focus({ preventScroll: true });
    turn.classList.add("sought");
  }

  /** Goes to a turn that was stepped to. @param {HTMLElement} turn */
  step(turn) {
    this.policy.letGo();
    this.#land(() => this.view.scrollTop + this.#topOf(turn) - STEP);
    turn.tabIndex = -1;
    turn.focus({ preventScroll: true });
  }

  /** A question was sent: it goes near the top, with room below for the answer to grow into. */
  showQuestion(turn) {
    for (const old of this.view.querySelectorAll(".roomy")) old.classList.remove("roomy");
    turn.parentElement.classList.add("roomy");
    this.toEnd();
  }

  /**
   * Leaves a turn where the reader sees it while `change` puts another one in its place.
   * @param {() => HTMLElement | undefined} find the turn, before and after
   * @param {() => void} change
   */
  keep(find, change) {
    const before = find()?.getBoundingClientRect().top;
    this.policy.letGo();
    change();
    const turn = find();
    turn?.parentElement.classList.add("roomy");
    if (before === undefined || !turn) return;
    this.#scrollTo(this.view.scrollTop + turn.getBoundingClientRect().top - before);
  }

  /** Leaves what is read where it is, while `change` adds turns or draws some, above or below. */
  stay(change) {
    this.isPushed = true; // by what changes now: no scrolling till the next frame is the reader's
    requestAnimationFrame(() => requestAnimationFrame(() => (this.isPushed = false)));
    // The browser does it by itself, smoothly, but for some, and at the very top.
    if (ANCHORS && this.view.scrollTop > 0) return change();
    const turn = this.#firstInView();
    const before = turn?.getBoundingClientRect().top;
    change();
    if (turn?.isConnected) {
      this.#scrollTo(this.view.scrollTop + turn.getBoundingClientRect().top - before);
    }
  }

  /** What was to be seen is drawn only now: brings the view there, unless the reader has left. */
  landAgain() {
    if (this.landing) this.#land(this.landing);
  }

  /** What is drawn only when it is in view changes the way there. */
  #land(place) {
    this.landing = place;
    for (let times = 0; times < LANDINGS; times += 1) {
      this.#scrollTo(place());
      if (!this.draw()) break;
    }
    this.#showSteps();
  }

  #topOf(turn) {
    return turn.getBoundingClientRect().top - this.view.getBoundingClientRect().top;
  }

  #firstInView() {
    const { top } = this.view.getBoundingClientRect();
    const turns = [...this.view.querySelectorAll(".turn")];
    return turns.find((turn) => turn.getBoundingClientRect().bottom > top);
  }

  get #metrics() {
    const { scrollTop: top, scrollHeight: height, clientHeight: view } = this.view;
    return { top, height, view };
  }

  #scrollTo(top) {
    this.view.scrollTop = top;
    this.ours = this.view.scrollTop;
  }

  #scrolled() {
    const isOurs = this.ours !== null && Math.abs(this.view.scrollTop - this.ours) <= 1;
    const byReader = !isOurs && !this.isPushed;
    this.ours = null;
    if (byReader) this.landing = null;
    this.policy.scrolled(this.#metrics, byReader);
    if (this.isCut) this.policy.letGo();
    this.#showSteps();
  }

  #touched(event) {
    if (event.touches[0].clientY > this.touch) this.policy.letGo();
  }

  #resized() {
    if (this.policy.resized(this.#metrics) && !this.isCut) this.#scrollTo(this.view.scrollHeight);
    this.#showSteps();
  }

  #showSteps() {
    this.steps.hidden = !this.policy.button && !this.isCut;
  }
}

const isUp = ({ key, shiftKey }) => UP_KEYS.has(key) || (key === " " && shiftKey);
