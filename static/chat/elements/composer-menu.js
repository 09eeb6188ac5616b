// The menu at the message box: `/` has prompts, `@` assistants and models, `#` files. It opens while one
// types, and the keys that it needs are its own as long as it is open; the focus stays in the text.
import { message } from "../messages.js";
import { filled, matching, placesIn, tokenAt } from "../models/commands.js";
import { announce } from "./announcer.js";
import { clone, part } from "./dom.js";

/** @typedef {import("../models/commands.js").Entry & {choose?: () => void, text?: string}} Choice */

const MOST = 50;

export class ComposerMenu {
  /**
   * @param {HTMLElement} form around the text
   * @param {HTMLElement} list
   * @param {Record<string, (query: string) => Choice[] | Promise<Choice[]>>} sources by sign; what
   *   `#` has was looked for already
   */
  constructor(form, list, sources) {
    this.list = list;
    this.sources = sources;
    this.area = /** @type {HTMLTextAreaElement} */ (part(form, "draft"));
    this.token = /** @type {import("../models/commands.js").Token | null} */ (null);
    this.choices = /** @type {Choice[]} */ ([]);
    this.at = 0;
    this.dismissed = ""; // what was closed by Esc stays closed until something else is typed
    this.area.setAttribute("aria-autocomplete", "list");
    this.area.setAttribute("aria-controls", list.id);
    this.area.addEventListener("input", () => this.#look());
    this.area.addEventListener("click", () => this.#look());
    this.area.addEventListener("blur", () => this.close());
    // Before the message box itself hears of them.
    form.addEventListener("keydown", (event) => this.#key(event), true);
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
    list.addEventListener("click", (event) => this.#clicked(event));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  close() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
    this.token = null;
  }

  async #look() {
    const { area } = this;
    const token = area.selectionStart === area.selectionEnd ? tokenAt(area.value, area.selectionStart) : null;
    if (!token || this.dismissed === this.#written(token)) return this.close();
    this.dismissed = "";
    this.token = token;
    const choices = await this.#offered(token);
    if (this.token !== token) return; // typed on meanwhile
    const found = token.sign === "#" ? choices : matching(choices, token.query);
    this.choices = found.slice(0, MOST);
    if (!this.choices.length) return this.close();
    this.#draw();
  }

  /** Without a connection there is no menu, and what is typed is a text like any other. */
  async #offered({ sign, query }) {
    try {
      return await this.sources[sign](query);
    } catch {
      return [];
    }
  }

  #draw() {
    const wasOpen = this.isOpen;
    let group = "";
    const rows = this.choices.flatMap((choice, index) => {
      const heading = choice.group !== group ? [this.#heading(choice.group)] : [];
      group = choice.group;
      return [...heading, this.#row(choice, index)];
    });
    this.list.replaceChildren(...rows);
    this.list.hidden = false;
    this.#mark(0);
    if (!wasOpen) announce(message("choicesOpen", { count: this.choices.length }));
  }

  #heading(group) {
    const heading = clone("composer-menu-heading");
    heading.textContent = group;
    return heading;
  }

  #row(choice, index) {
    const row = clone("composer-menu-row");
    row.id = `${this.list.id}-${index}`;
    row.dataset.index = String(index);
    part(row, "label").textContent = choice.label;
    part(row, "detail").textContent = choice.detail;
    return row;
  }

  #mark(at) {
    this.at = (at + this.choices.length) % this.choices.length;
    for (const row of this.list.querySelectorAll("[role=option]")) {
      const isMarked = row.dataset.index === String(this.at);
      row.setAttribute("aria-selected", String(isMarked));
      if (isMarked) row.scrollIntoView({ block: "nearest" });
    }
    this.area.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
  }

  #key(event) {
    if (!this.isOpen || event.target !== this.area) return;
    if (event.isComposing || event.keyCode === 229) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const steps = { ArrowDown: this.at + 1, ArrowUp: this.at - 1 };
    if (event.key in steps && !modified) this.#mark(steps[event.key]);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && !modified)
      this.#choose(this.choices[this.at]);
    else if (event.key === "Escape") this.#dismiss();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #clicked(event) {
    const row = event.target.closest("[role=option]");
    if (row) this.#choose(this.choices[Number(row.dataset.index)]);
  }

  #dismiss() {
    this.dismissed = this.#written(this.token);
    this.close();
  }

  #written({ sign, query, start }) {
    return `${start}${sign}${query}`;
  }

  async #choose(choice) {
    const { start, end } = this.token;
    this.close();
    if (choice.text === undefined) {
      this.#write("", start, end);
      choice.choose();
      return;
    }
    const text = await fillIn(choice);
    this.area.focus();
    if (text !== null) this.#write(text, start, end);
  }

  /** As if it were typed: whoever listens to the text hears of it. */
  #write(text, start, end) {
    this.area.setRangeText(text, start, end, "end");
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Asks for what a prompt leaves open. @returns {Promise<string | null>} null if it was given up */
async function fillIn({ text, label }) {
  const places = placesIn(text);
  if (!places.length) return text;
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("prompt-dialog"));
  part(dialog, "title").textContent = label;
  const fields = places.map(({ name, initial }) => {
    const line = clone("prompt-place");
    part(line, "name").textContent = name;
    const input = /** @type {HTMLTextAreaElement} */ (part(line, "value"));
    input.value = initial;
    return { line, name, input };
  });
  part(dialog, "places").replaceChildren(...fields.map(({ line }) => line));
  dialog.returnValue = "";
  dialog.showModal();
  fields[0].input.focus();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (dialog.returnValue !== "insert") return null;
  return filled(text, Object.fromEntries(fields.map(({ name, input }) => [name, input.value])));
}
