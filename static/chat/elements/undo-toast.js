// The line that says what was done and offers to undo it, for a while: never while the pointer or
// the focus is on it.
import { Undoing } from "../models/undoing.js";
import { announce } from "./announcer.js";
import { onAction, part, setText } from "./dom.js";

const SHOWN = 10_000;

export class UndoToast {
  /**
   * @param {HTMLElement} node
   * @param {ConstructorParameters<typeof Undoing>[0]} world
   * @param {(entries: object[]) => void} undo
   * @param {() => void} leave where the focus goes, which was here
   */
  constructor(node, world, undo, leave) {
    Object.assign(this, { node, leave });
    this.undoing = new Undoing(world, SHOWN, () => this.#hide());
    onAction(node, "undo", () => undo(this.#close()));
    onAction(node, "dismiss", () => this.#close());
    node.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
    node.addEventListener("pointerenter", () => this.undoing.hold("pointer"));
    node.addEventListener("pointerleave", () => this.undoing.release("pointer"));
    node.addEventListener("focusin", () => this.undoing.hold("focus"));
    node.addEventListener("focusout", ({ relatedTarget }) => {
      if (!node.contains(relatedTarget)) this.undoing.release("focus");
    });
  }

  /**
   * @param {object[]} entries what can be taken back, with what still can
   * @param {(count: number) => string} sentence that says what was done
   * @param {boolean} focus whether the focus has lost its place
   */
  show(entries, sentence, focus) {
    this.undoing.add(entries);
    const text = sentence(this.undoing.entries.length);
    setText(part(this.node, "text"), text);
    this.node.hidden = false;
    announce(text);
    if (focus) part(this.node, "undo").focus({ preventScroll: true });
  }

  #escape(event) {
    event.stopPropagation();
    this.#close();
  }

  #close() {
    const entries = this.undoing.take();
    this.#hide();
    return entries;
  }

  #hide() {
    const hadFocus = this.node.contains(document.activeElement);
    this.node.hidden = true;
    if (hadFocus) this.leave();
  }
}
