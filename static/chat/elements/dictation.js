// The microphone at the message: what is said goes into the text at the caret, and is never sent
// unasked. Escape throws it away.
import { message } from "../messages.js";
import { between, Dictation, LONGEST_SECONDS } from "../models/dictation.js";
import { announce } from "./announcer.js";
import { onAction, part, setText } from "./dom.js";

const BAR = 3; // px, and as much between two
const EVERY = 80; // ms
const CALMLY = 500; // ms, where motion is not wanted

export class DictationView {
  /**
   * @param {HTMLElement} form
   * @param {ConstructorParameters<typeof Dictation>[0] | null} listen null: nothing hears here
   * @param {(text: string) => void} notify
   */
  constructor(form, listen, notify) {
    this.button = /** @type {HTMLButtonElement} */ (part(form, "dictate"));
    this.panel = part(form, "dictation");
    this.wave = /** @type {HTMLCanvasElement} */ (part(this.panel, "wave"));
    this.area = /** @type {HTMLTextAreaElement} */ (part(form, "draft"));
    this.button.hidden = !listen;
    this.levels = [];
    this.dictation = listen && new Dictation(listen, {
      changed: (state) => this.#changed(state),
      heard: (text) => this.#write(text),
      failed: (error) => notify(error.told ?? message(error.reason ?? "dictationFailed")),
    });
    this.button.addEventListener("click", () => this.toggle());
    onAction(this.panel, "dictated", () => this.dictation.finish());
    onAction(this.panel, "cancel-dictation", () => this.dictation.cancel());
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  toggle() {
    this.dictation?.toggle();
  }

  /** Before all others: it is this that Escape ends, not an answer. */
  #key(event) {
    if (event.key !== "Escape" || event.isComposing || !this.dictation || this.dictation.isIdle)
      return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopPropagation();
    this.dictation.cancel();
  }

  #changed(state) {
    const isIdle = state === "idle";
    const hadFocus = this.panel.contains(document.activeElement);
    this.panel.hidden = isIdle;
    this.panel.dataset.state = state;
    this.button.setAttribute("aria-pressed", String(!isIdle));
    const done = /** @type {HTMLButtonElement} */ (part(this.panel, "done"));
    done.setAttribute("aria-disabled", String(state !== "listening"));
    clearInterval(this.timer);
    const said = { asking: "dictationAsking", listening: "dictationListening" };
    const text = message(said[state] ?? "dictationWriting");
    setText(part(this.panel, "text"), text);
    if (state === "asking") done.focus();
    if (isIdle && hadFocus) this.area.focus({ preventScroll: true });
    if (state === "listening") this.#listen();
    if (!isIdle) announce(text);
  }

  #listen() {
    const began = Date.now();
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.levels = [];
    const look = () => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      setText(part(this.panel, "time"), time);
      this.levels.unshift(this.dictation.ear.level());
      this.#draw(isCalm);
      if (seconds >= LONGEST_SECONDS) this.dictation.finish();
    };
    look();
    this.timer = setInterval(look, isCalm ? CALMLY : EVERY);
  }

  /** The last levels, the newest at the end; or the one there is now, as a plain bar. */
  #draw(isCalm) {
    const { wave, levels } = this;
    const sharp = devicePixelRatio;
    const [width, height] = [wave.clientWidth, wave.clientHeight];
    [wave.width, wave.height] = [width * sharp, height * sharp];
    const drawing = wave.getContext("2d");
    drawing.scale(sharp, sharp);
    drawing.fillStyle = getComputedStyle(wave).color;
    if (isCalm) return drawing.fillRect(0, height / 2 - 2, Math.max(BAR, width * levels[0]), 4);
    levels.length = Math.min(levels.length, Math.ceil(width / (2 * BAR)));
    levels.forEach((level, index) => {
      const tall = Math.max(BAR, level * height);
      drawing.fillRect(width - (index + 1) * 2 * BAR, (height - tall) / 2, BAR, tall);
    });
  }

  #write(text) {
    const { area } = this;
    const { selectionStart: start, selectionEnd: end, value } = area;
    const written = between(value.slice(0, start), text, value.slice(end));
    area.setRangeText(written, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus({ preventScroll: true });
    announce(message("dictationWritten"));
  }
}
