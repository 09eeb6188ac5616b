// Where the person writes. Enter sends and Shift+Enter makes a line; on a touch keyboard, and
// while an input method composes, Enter is the keyboard's own. While an answer is written Stop has
// the place of Send, until there is a text: that can be sent, and waits for its turn.
import { message } from "../messages.js";
import { addMenu } from "./add-menu.js";
import { Attachments } from "./attachments.js";
import { fit, part } from "./dom.js";

/** What the server takes, in characters; longer texts are not even sent, so none is lost. */
const LONGEST = 200_000;

const touchKeyboard = () => matchMedia("(hover: none) and (pointer: coarse)").matches;

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {import("../models/drafts.js").Drafts} drafts
   * @param {object} actions
   * @param {() => boolean} actions.canSend
   * @param {(text: string, files: object[]) => boolean} actions.send whether it would survive a reload
   * @param {() => void} actions.stop
   * @param {(text: string) => void} actions.notify
   * @param {() => void} actions.filesChanged
   * @param {() => boolean} actions.editLast opens the last own message; false when there is none
   * @param {import("./attachments.js").Files} files
   */
  constructor(form, drafts, actions, files) {
    this.form = form;
    this.drafts = drafts;
    this.actions = actions;
    this.area = /** @type {HTMLTextAreaElement} */ (part(form, "draft"));
    this.send = /** @type {HTMLButtonElement} */ (part(form, "send"));
    this.stop = part(form, "stop");
    this.conversation = /** @type {string | null | undefined} */ (undefined); // until one is open
    this.answering = false;
    this.sendsLater = false; // as soon as its files are uploaded
    this.files = new Attachments(
      part(form, "files"),
      this.area,
      files,
      () => this.#filesChanged(),
      (place, file) => this.drafts.addFile(place, file),
    );
    addMenu(
      form,
      (chosen) => this.attach(chosen),
      (address) => this.#read(address),
    );
    form.addEventListener("submit", (event) => this.#submit(event));
    this.stop.addEventListener("click", () => this.actions.stop());
    this.area.addEventListener("input", () => this.#changed());
    this.area.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {string | null} conversation shows its draft */
  open(conversation) {
    if (conversation !== this.conversation) this.#openFiles(conversation);
    if (!this.#begin()) this.#write(this.drafts.get(conversation));
  }

  /** Those that are on their way go on, each with its conversation; here are those of this one. */
  #openFiles(conversation) {
    this.conversation = conversation;
    this.sendsLater = false;
    this.files.open(conversation, this.drafts.files(conversation));
  }

  /** Until now nothing could be sent: whether there is a text that was typed in the meantime. */
  #begin() {
    const early = this.send.disabled && !this.#isEmpty;
    this.send.disabled = false;
    if (early) this.#changed();
    return early;
  }

  /** The conversation begun here has an id now: what was typed meanwhile goes with it. */
  adopt(conversation) {
    this.drafts.forget(this.conversation);
    this.conversation = this.files.uploads.place = conversation;
    this.sent();
  }

  /** Gives a text back that could not be sent, before anything typed since. */
  giveBack(text, files = []) {
    if (files.length) this.files.uploads.giveBack(files);
    this.fill([text, this.area.value].filter((one) => one.trim()).join("\n\n"));
  }

  /** Takes back a text that was withdrawn, if there is no other in the way. */
  takeBack(text, files = []) {
    if (!this.#isEmpty) return this.invite();
    if (files.length) this.files.uploads.giveBack(files);
    this.fill(text);
  }

  /** @param {Iterable<File>} files chosen, dropped or pasted */
  attach(files) {
    this.files.add(files);
    this.invite();
  }

  #read(address) {
    this.files.uploads.read(address);
    this.invite();
  }

  /** This text is not needed here after all. */
  drop(text) {
    if (this.area.value !== text) return;
    this.#write("");
    this.#changed();
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

  /** @param {boolean} answering whether there is something to stop */
  setAnswering(answering) {
    const hadFocus =
      this.form.contains(document.activeElement) && document.activeElement !== this.area;
    this.answering = answering;
    this.#showButtons();
    if (hadFocus && document.activeElement === document.body) this.invite();
  }

  get #isEmpty() {
    return this.#isBlank && this.files.uploads.isEmpty;
  }

  get #isBlank() {
    return this.area.value.trim() === "";
  }

  #filesChanged() {
    this.drafts.setFiles(this.conversation, this.files.uploads.parts);
    this.actions.filesChanged();
    this.#showButtons();
    if (!this.sendsLater || this.files.uploads.isBusy) return;
    this.sendsLater = false;
    this.form.requestSubmit();
  }

  #write(text) {
    this.area.value = text;
    fit(this.area);
    this.#showButtons();
  }

  #changed() {
    this.drafts.set(this.conversation, this.area.value);
    fit(this.area);
    this.#showButtons();
  }

  #showButtons() {
    const { answering, send, stop } = this;
    send.setAttribute("aria-disabled", String(this.#isEmpty));
    send.hidden = answering && this.#isEmpty;
    send.title = answering ? send.dataset.queues : send.dataset.sends;
    stop.hidden = !answering;
    stop.classList.toggle("beside", !send.hidden);
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape" && this.answering && !event.shiftKey) return this.actions.stop();
    const plain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "ArrowUp" && plain && this.#isEmpty && this.actions.editLast())
      return event.preventDefault();
    const sends = event.key === "Enter" && !event.shiftKey && !event.altKey && !touchKeyboard();
    if (!sends) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.area.value;
    if (this.#isEmpty) return;
    if (text.length > LONGEST) return this.actions.notify(message("tooLong"));
    const { uploads } = this.files;
    if (uploads.failed.length) return this.actions.notify(message("filesFailed"));
    this.sendsLater = uploads.isBusy;
    if (this.sendsLater) return this.actions.notify(message("sendsLater"));
    if (!this.actions.canSend()) return;
    const { parts } = uploads;
    this.area.value = "";
    fit(this.area);
    // Where it can't be kept otherwise, the draft goes only when the server has it.
    const isKept = this.actions.send(text, parts);
    const { conversation } = this;
    uploads.take();
    if (!isKept) this.drafts.setFiles(conversation, parts);
    if (isKept) this.sent();
    this.#showButtons();
    this.invite();
  }

  /** What was sent is kept elsewhere: the draft is what was typed since. */
  sent() {
    this.drafts.set(this.conversation, this.area.value);
    this.drafts.setFiles(this.conversation, this.files.uploads.parts);
  }
}
