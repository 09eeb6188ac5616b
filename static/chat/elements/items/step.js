// One step of an answer that is not its text: a line that says what is, or was, done, and opens to
// what went in and what came out. Made of nodes only once it is opened: most never are.
import { message, told } from "../../messages.js";
import { stateOf, stepOf } from "../../models/steps.js";
import { clone, part, setText } from "../dom.js";
import { showIcon } from "../icon.js";
import { Sections } from "./sections.js";

export class StepView {
  constructor() {
    this.details = /** @type {HTMLDetailsElement} */ (clone("step"));
    this.node = this.details;
    this.touched = false;
    this.sectionsView = new Sections(part(this.details, "body"));
    this.details.addEventListener("toggle", () => this.#drawBody());
    this.details.querySelector("summary").addEventListener("click", () => (this.touched = true));
  }

  /** @param {object} item @param {import("./context.js").Context} context */
  update(item, context) {
    this.item = item;
    this.context = context;
    const state = stateOf(item, context.outcome);
    const step = stepOf(item) ?? this.fallback(item);
    showIcon(this.details, step.icon);
    setText(part(this.details, "label"), told(state === "done" ? step.done : step.doing));
    this.details.dataset.state = state;
    const words = part(this.details, "state");
    words.hidden = state === "done" || state === "running";
    setText(words, words.hidden ? "" : message(state === "failed" ? "stepFailed" : "stepIncomplete"));
    this.#drawBody();
  }

  /** @returns {boolean} whether the reader opened it */
  get isOpened() {
    return this.touched && this.details.open;
  }

  /**
   * What it opens to.
   * @param {object} _item
   * @param {import("./context.js").Context} _context
   * @returns {import("./sections.js").Section[]}
   */
  sections(_item, _context) {
    return [];
  }

  #drawBody() {
    if (!this.details.open || !this.item) return;
    const sections = this.sections(this.item, this.context).filter(Boolean);
    this.sectionsView.update(
      sections.length ? sections : [{ kind: "text", text: message("nothingMore") }],
    );
  }
}
