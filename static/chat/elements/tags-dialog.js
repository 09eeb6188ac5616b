// The dialog in which tags are given to conversations and taken away. Loaded when it is first asked
// for. Each act is done at once: there is nothing to save.
import { message } from "../messages.js";
import { held, offered } from "../models/tags.js";
import { announce } from "./announcer.js";
import { clone, part, setText } from "./dom.js";

const OFFERED = 12;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class TagsDialog {
  /**
   * @param {object} given
   * @param {() => Promise<{id: string, name: string}[]>} given.all the person's tags
   * @param {(ids: string[], change: object) => Promise<unknown>} given.change as in `Api.organise`
   * @param {(id: string) => object} given.summary of a conversation, as it is now
   * @param {(error: Error) => void} given.failed
   */
  constructor(given) {
    Object.assign(this, given);
    this.dialog = /** @type {HTMLDialogElement} */ (document.getElementById("tags-dialog"));
    this.input = /** @type {HTMLInputElement} */ (part(this.dialog, "name"));
    this.held = part(this.dialog, "held");
    this.offered = part(this.dialog, "offered");
    this.tags = [];
    this.input.addEventListener("input", () => this.#drawOffered());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string[]} ids @returns {Promise<void>} when it is closed */
  async show(ids) {
    this.ids = ids;
    this.input.value = "";
    const [first] = this.#summaries;
    const about = ids.length === 1 ? first?.title : message("selected", { count: ids.length });
    setText(part(this.dialog, "about"), about || message("untitled"));
    this.#refuse("");
    this.#drawHeld();
    this.#drawOffered();
    this.dialog.showModal();
    this.input.focus();
    const closed = new Promise((resolve) =>
      this.dialog.addEventListener("close", resolve, { once: true }),
    );
    await this.#done(this.#offer());
    await closed;
  }

  get #summaries() {
    return this.ids.map((id) => this.summary(id)).filter(Boolean);
  }

  #drawHeld() {
    this.held.replaceChildren(...held(this.#summaries).map((tag) => this.#chip(tag)));
  }

  // Apart from those held: one of these may have the focus while what is offered arrives.
  #drawOffered() {
    const choices = offered(this.tags, this.input.value, this.#summaries, OFFERED);
    this.offered.replaceChildren(...choices.map((tag) => this.#choice(tag)));
    part(this.dialog, "choices").hidden = choices.length === 0;
  }

  #chip({ id, name, count }) {
    const node = clone("tag-chip");
    setText(part(node, "name"), name);
    const all = this.ids.length;
    if (count < all) setText(part(node, "some"), message("tagOnSome", { count, all }));
    const button = part(node, "remove");
    button.setAttribute("aria-label", message("removeTag", { name }));
    button.addEventListener("click", () => this.#take(id, name));
    return node;
  }

  #choice({ name }) {
    const node = clone("tag-choice");
    setText(part(node, "name"), name);
    node.querySelector("button").addEventListener("click", () => this.#give(name));
    return node;
  }

  async #give(name) {
    // At once: the next one may be written meanwhile.
    this.input.value = "";
    this.input.focus();
    if (await this.#done(this.#change({ tag: name }))) return this.#tell(message("tagGiven", { name }));
    this.input.value ||= name;
    this.#drawOffered();
  }

  async #take(id, name) {
    const at = [...this.held.children].findIndex((node) => node.contains(document.activeElement));
    if (!(await this.#done(this.#change({ untag: id })))) return;
    const next = this.held.children[at] ?? this.held.lastElementChild;
    (next?.querySelector("button") ?? this.input).focus();
    this.#tell(message("tagTaken", { name }));
  }

  async #change(change) {
    await this.change(this.ids, change);
    this.#drawHeld();
    this.#done(this.#offer());
  }

  async #offer() {
    this.tags = await this.all();
    this.#drawOffered();
  }

  /** @returns {Promise<boolean>} whether it could be; what was refused is said in the server's words */
  async #done(act) {
    try {
      await act;
      return true;
    } catch (error) {
      if (error.sentence) this.#refuse(error.sentence);
      else {
        this.dialog.close();
        this.failed(error);
      }
      return false;
    }
  }

  #tell(done) {
    this.#refuse("");
    announce(done);
  }

  #refuse(sentence) {
    setText(part(this.dialog, "error"), sentence);
    this.input.setAttribute("aria-invalid", String(Boolean(sentence)));
    if (sentence) this.input.focus();
    announce(sentence);
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && event.target === this.input && this.input.value.trim()) {
      event.preventDefault(); // it would close the dialog, as it does where nothing is written
      this.#give(this.input.value);
    } else if (event.key in STEPS) {
      const places = [this.input, ...this.offered.querySelectorAll("button")];
      const at = places.indexOf(/** @type {HTMLButtonElement} */ (event.target));
      if (at < 0) return;
      event.preventDefault();
      places[Math.max(0, Math.min(at + STEPS[event.key], places.length - 1))].focus();
    }
  }
}
