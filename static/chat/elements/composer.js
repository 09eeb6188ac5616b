// Where the person writes. Enter sends and Shift+Enter makes a line; on a touch keyboard, and
// while an input method composes, Enter is the keyboard's own.
import { message } from "../messages.js";
import { fit, part } from "./dom.js";

/** What the server takes, in characters; longer texts are not even sent, so none is lost. */
const LONGEST = 200_000;

const touchKeyboard = () => matchMedia("(hover: none) and (pointer: coarse)").matches;

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {import("../models/drafts.js").Drafts} drafts
   * @param {{send: (text: string) => void, stop: () => void, notify: (text: string) => void}} actions
   */
  constructor(form, drafts, actions) {
    this.form = form;
    this.drafts = drafts;
    this.actions = actions;
    this.area = /** @type {HTMLTextAreaElement} */ (part(form, "draft"));
    this.conversation = null;
    this.answering = false;
    form.addEventListener("submit", (event) => this.#submit(event));
    part(form, "stop").addEventListener("click", () => this.actions.stop());
    this.area.addEventListener("input", () => this.#changed());
    this.area.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string | null} conversation shows its draft */
  open(conversation) {
    this.conversation = conversation;
    if (!this.#begin()) this.#write(this.drafts.get(conversation));
  }

  /** Until now nothing could be sent: whether there is a text that was typed in the meantime. */
  #begin() {
    const send = /** @type {HTMLButtonElement} */ (part(this.form, "send"));
    const early = send.disabled && this.area.value.trim() !== "";
    send.disabled = false;
    if (early) this.#changed();
    return early;
  }

  /** The conversation begun here has an id now: what was typed meanwhile goes with it. */
  adopt(conversation) {
    this.drafts.set(this.conversation, "");
    this.conversation = conversation;
    this.drafts.set(conversation, this.area.value);
  }

  /** Gives a text back that could not be sent, before anything typed since. */
  giveBack(text) {
    const typed = this.area.value;
    this.fill(typed.trim() ? `${text}\n\n${typed}` : text);
  }

  fill(text) {
    this.#write(text);
    this.#changed();
    this.focus();
  }

  focus() {
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
  }

  /** Focus unasked, where that does not bring up a keyboard. */
  invite() {
    if (!touchKeyboard()) this.focus();
  }

  /** @param {boolean} answering Stop takes the place of Send */
  setAnswering(answering) {
    const hadFocus =
      this.form.contains(document.activeElement) && document.activeElement !== this.area;
    this.answering = answering;
    part(this.form, "send").hidden = answering;
    part(this.form, "stop").hidden = !answering;
    if (hadFocus && document.activeElement === document.body) this.invite();
  }

  #write(text) {
    this.area.value = text;
    fit(this.area);
    this.#showSend();
  }

  #changed() {
    this.drafts.set(this.conversation, this.area.value);
    fit(this.area);
    this.#showSend();
  }

  #showSend() {
    part(this.form, "send").setAttribute("aria-disabled", String(!this.area.value.trim()));
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape" && this.answering && !event.shiftKey) return this.actions.stop();
    const sends = event.key === "Enter" && !event.shiftKey && !event.altKey && !touchKeyboard();
    if (!sends) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.area.value;
    if (!text.trim()) return;
    if (this.answering) return this.actions.notify(message("stillAnswering"));
    if (text.length > LONGEST) return this.actions.notify(message("tooLong"));
    // The stored draft goes only when the server has the question: see `adopt` and `sent`.
    this.#write("");
    this.actions.send(text);
    this.invite();
  }

  /** The server has it. */
  sent() {
    this.drafts.set(this.conversation, this.area.value);
  }
}
