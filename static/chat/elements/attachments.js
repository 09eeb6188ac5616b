// The files at a message that is being written, as chips: with a picture or a mark, how far each
// is, what is wrong with it, and a way to take it away.
import { message } from "../messages.js";
import { endOf, sizeOf } from "../models/files.js";
import { Uploads } from "../models/uploads.js";
import { announce } from "./announcer.js";
import { clone, onAction, part, setChildren, setText } from "./dom.js";
import { preview } from "./file-preview.js";
import { openLightbox } from "./lightbox.js";

/** A text longer than this is better read as a file. */
const LONG_PASTE = 8_000;

/**
 * What chips need of the page; the same for every message.
 * @typedef {object} Files
 * @property {import("../models/uploads.js").Limits} limits
 * @property {ConstructorParameters<typeof Uploads>[1]} send
 * @property {(id: string) => Promise<{text: string}>} text
 */

export class Attachments {
  /**
   * @param {HTMLElement} list
   * @param {HTMLTextAreaElement} area where the message is written
   * @param {Files} files
   * @param {() => void} changed
   */
  constructor(list, area, files, changed) {
    this.list = list;
    this.area = area;
    this.files = files;
    this.chips = /** @type {Map<string, HTMLElement>} */ (new Map());
    this.said = new Map();
    this.uploads = new Uploads(files.limits, files.send, () => {
      this.#draw();
      changed();
    });
    this.plain = false; // the next paste stays a text, however long
    area.addEventListener("keydown", (event) => this.#key(event));
    area.addEventListener("paste", (event) => this.#paste(event));
    list.hidden = true;
  }

  /** @param {Iterable<File>} files */
  add(files) {
    this.uploads.add(files);
  }

  #key({ code, shiftKey, ctrlKey, metaKey }) {
    this.plain = code === "KeyV" && shiftKey && (ctrlKey || metaKey);
  }

  #paste(event) {
    const { plain } = this;
    this.plain = false;
    const { clipboardData: data } = event;
    const text = data.getData("text/plain");
    // What an office program copies is a picture of its text as well: the text was meant.
    if (data.files.length && !text) this.uploads.add(named(data.files));
    else if (text.length > LONG_PASTE && !plain) this.#asFile(text);
    else return;
    event.preventDefault();
  }

  #asFile(text) {
    const file = new File([text], message("pastedName"), { type: "text/plain" });
    this.uploads.add([file], { pasted: true });
    announce(message("pastedAsFile"));
  }

  #draw() {
    const { list } = this.uploads;
    for (const key of this.chips.keys())
      if (!list.some((upload) => upload.key === key)) this.chips.delete(key);
    const chips = list.map((upload) => this.#chip(upload));
    setChildren(this.list, chips);
    this.list.hidden = list.length === 0;
  }

  #chip(upload) {
    const chip = this.chips.get(upload.key) ?? this.#newChip(upload);
    const { state, progress } = upload;
    chip.dataset.state = state;
    const bar = /** @type {HTMLProgressElement} */ (part(chip, "progress"));
    bar.hidden = state !== "uploading";
    bar.value = progress;
    setText(part(chip, "facts"), factsOf(upload));
    part(chip, "retry").hidden = state !== "failed" || !upload.again;
    part(chip, "as-text").hidden = !upload.pasted || state === "uploading";
    part(chip, "open").toggleAttribute("disabled", state !== "done");
    this.#showPicture(chip, upload);
    this.#say(upload);
    return chip;
  }

  #newChip(upload) {
    const chip = clone("file-chip");
    setText(part(chip, "name"), upload.name);
    setText(part(chip, "end"), endOf(upload.name).slice(0, 4).toUpperCase());
    const label = (name) => message(name, { name: upload.name });
    const names = { remove: "removeFile", retry: "retryFile", open: "openFile" };
    for (const [name, sentence] of Object.entries(names))
      part(chip, name).setAttribute("aria-label", label(sentence));
    part(chip, "progress").setAttribute("aria-label", label("uploadingFile"));
    onAction(chip, "remove", () => this.#remove(upload.key));
    onAction(chip, "retry", () => this.uploads.retry(upload.key));
    onAction(chip, "as-text", () => this.#asText(upload));
    onAction(chip, "open", () => this.#open(upload));
    this.chips.set(upload.key, chip);
    return chip;
  }

  #showPicture(chip, { part: stored }) {
    const image = /** @type {HTMLImageElement} */ (part(chip, "image"));
    if (stored?.type !== "input_image" || image.src) return;
    image.src = `/files/${stored.file_id}/thumbnail/`;
    image.hidden = false;
    part(chip, "end").hidden = true;
  }

  #open({ part: stored }) {
    if (stored?.type === "input_image")
      openLightbox({ src: `/files/${stored.file_id}/`, alt: stored.filename, name: stored.filename });
    else if (stored) preview(stored);
  }

  #remove(key) {
    const keys = this.uploads.list.map((upload) => upload.key);
    const at = keys.indexOf(key);
    const upload = this.uploads.remove(key);
    if (!upload) return;
    announce(message("fileRemoved", { name: upload.name }));
    const next = keys[at + 1] ?? keys[at - 1];
    const chip = next && this.chips.get(next);
    if (chip) part(chip, "remove").focus();
    else this.area.focus();
  }

  /** A long text that was pasted is put where it would have gone. */
  async #asText(upload) {
    try {
      const { part: stored, file } = upload;
      const text = file ? await file.text() : (await this.files.text(stored.file_id)).text;
      if (!this.uploads.remove(upload.key)) return;
      this.area.focus();
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
    } catch {
      announce(message("notDone"));
    }
  }

  /** Once for each of its states. */
  #say({ key, state, name, problem }) {
    if (this.said.get(key) === state) return;
    const before = this.said.get(key);
    this.said.set(key, state);
    if (state === "failed") announce(`${name}: ${sentenceOf(problem)}`);
    else if (state === "done" && before) announce(message("fileAttached", { name }));
  }
}

/** A picture from the clipboard is always called the same. */
function named(files) {
  return [...files].map((file) => {
    if (file.name !== "image.png") return file;
    const now = new Date();
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()];
    const stamp = time.map((number) => String(number).padStart(2, "0")).join("");
    return new File([file], `image-${stamp}.png`, { type: file.type });
  });
}

function factsOf({ state, size, progress, problem, part: stored }) {
  if (state === "failed") return sentenceOf(problem);
  if (state === "uploading") return message("uploaded", { percent: Math.round(progress * 100) });
  const pages = stored?.pages ? [message("pages", { count: stored.pages })] : [];
  return [sizeOf(size), ...pages].join(" · ");
}

const sentenceOf = (problem) => problem.text ?? message(problem.name);
