// The choice of several models, each of which answers the next question, or one once more.
import { message } from "../messages.js";
import { FEWEST, MOST } from "../models/several.js";
import { clone, onAction, part, setText } from "./dom.js";

export class SeveralView {
  /**
   * @param {HTMLButtonElement} button
   * @param {HTMLElement} picker of one model, which stands back meanwhile
   * @param {HTMLDialogElement} dialog
   * @param {import("../models/several.js").Several} several
   * @param {() => string | null} chosen the one model that would be asked
   * @param {() => void} changed
   */
  constructor(button, picker, dialog, several, chosen, changed) {
    Object.assign(this, { button, picker, dialog, several, chosen, changed });
    this.boxes = several.models.map((model) => this.#box(model));
    part(dialog, "models").append(...this.boxes.map(({ node }) => node));
    button.hidden = several.models.length < FEWEST;
    button.addEventListener("click", () => this.open());
    onAction(dialog, "one", () => this.choose([]));
    onAction(dialog, "cancel", () => dialog.close());
    part(dialog, "done").addEventListener("click", () => this.#done(this.#ticked));
    this.show();
  }

  /** @param {(ids: string[]) => void} [again] asks them a question again, in place of the next one */
  open(again) {
    this.again = again;
    part(this.dialog, "next").hidden = Boolean(again);
    part(this.dialog, "again").hidden = !again;
    part(this.dialog, "one").hidden = Boolean(again);
    part(this.dialog, "cancel").hidden = !again;
    const { ids } = this.several;
    const ticked = ids.length ? ids : [this.chosen()];
    for (const { id, input } of this.boxes) input.checked = ticked.includes(id);
    this.#check();
    this.dialog.showModal();
  }

  show() {
    const { ids } = this.several;
    const isOn = ids.length > 0;
    const text = isOn ? message("severalModels", { count: ids.length }) : "";
    setText(part(this.button, "text"), text);
    this.button.classList.toggle("on", isOn);
    const names = ids.map((id) => this.several.labelOf(id)).join(", ");
    const name = isOn ? `${text}: ${names}` : this.button.dataset.name;
    this.button.setAttribute("aria-label", name);
    this.button.title = name;
    this.picker.classList.toggle("stands-back", isOn);
  }

  /** @param {string[]} ids none: one model is asked */
  choose(ids) {
    this.several.choose(ids);
    this.show();
    this.changed();
    if (this.dialog.open) this.dialog.close();
  }

  #done(ids) {
    if (!this.again) return this.choose(ids);
    this.dialog.close();
    this.again(ids);
  }

  get #ticked() {
    return this.boxes.filter(({ input }) => input.checked).map(({ id }) => id);
  }

  /** No fewer than two can be asked, and no more than four. */
  #check() {
    const { length } = this.#ticked;
    for (const { input } of this.boxes) input.disabled = !input.checked && length >= MOST;
    part(this.dialog, "done").toggleAttribute("disabled", length < FEWEST);
  }

  #box({ id, label, provider }) {
    const node = clone("several-model");
    const input = /** @type {HTMLInputElement} */ (part(node, "box"));
    part(node, "label").textContent = label;
    part(node, "provider").textContent = provider;
    input.addEventListener("change", () => this.#check());
    return { id, node, input };
  }
}
