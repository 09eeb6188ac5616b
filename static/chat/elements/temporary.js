// The switch for a temporary conversation in the bar, and the note below it while there is one.
import { message } from "../messages.js";
import { TemporaryChoice } from "../models/temporary.js";
import { announce } from "./announcer.js";
import { part, setText } from "./dom.js";

export class Temporary {
  /**
   * @param {HTMLElement} main
   * @param {object} given
   * @param {number} given.hours for how long one is kept after its last message
   * @param {(id: string) => void} given.keep makes it like any other
   */
  constructor(main, { hours, keep }) {
    this.main = main;
    this.hours = hours;
    this.choice = new TemporaryChoice();
    this.button = part(main, "temporary");
    this.note = part(main, "temporary-note");
    this.button.addEventListener("click", () => this.toggle());
    part(this.note, "keep").addEventListener("click", () => keep(this.choice.summary.id));
    this.#show();
  }

  /** @param {object | null} summary null for the conversation not begun yet */
  open(summary) {
    this.choice.open(summary);
    // Told in full before one writes; then a line is enough.
    const explained = /** @type {HTMLDetailsElement} */ (part(this.note, "explained"));
    explained.open = this.choice.canChoose;
    this.#show();
  }

  /** @param {object} summary what the server says of the open conversation now */
  changed(summary) {
    const was = this.choice.isOn;
    this.choice.changed(summary);
    this.#show();
    if (was && !this.choice.isOn) announce(message("keptChat"));
  }

  toggle() {
    this.choice.toggle();
    this.#show();
    announce(message(this.choice.isOn ? "temporaryOn" : "temporaryOff"));
  }

  /** @returns {{temporary?: true}} what the first message says of it */
  options() {
    return this.choice.options();
  }

  #show() {
    const { isOn, canChoose, until } = this.choice;
    this.main.classList.toggle("temporary", isOn);
    this.button.hidden = !canChoose;
    this.button.setAttribute("aria-pressed", String(isOn));
    this.note.hidden = !isOn;
    part(this.note, "keep").hidden = canChoose;
    setText(part(this.note, "until"), until ? deletedAt(until) : this.#keptFor());
  }

  #keptFor() {
    const unit = { style: "unit", unit: "hour", unitDisplay: "long" };
    const time = new Intl.NumberFormat(document.documentElement.lang, unit).format(this.hours);
    return message("temporaryFor", { time });
  }
}

function deletedAt(until) {
  const style = { dateStyle: "medium", timeStyle: "short" };
  const when = new Intl.DateTimeFormat(document.documentElement.lang, style).format(until);
  return message("temporaryUntil", { when });
}
