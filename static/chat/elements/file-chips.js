// Files that are uploaded, as chips: with a picture or a mark, how far each is, what is wrong with
// it, and a way to take it away.
import { message } from "../messages.js";
import { endOf, sizeOf } from "../models/files.js";
import { announce } from "./announcer.js";
import { clone, onAction, part, setChildren, setText } from "./dom.js";
import { preview } from "./file-preview.js";
import { openLightbox } from "./lightbox.js";

/** @typedef {import("../models/uploads.js").Upload} Upload */

export class FileChips {
  /**
   * @param {HTMLElement} list
   * @param {object} acts
   * @param {(key: string) => void} acts.remove
   * @param {(key: string) => void} acts.retry
   * @param {(upload: Upload) => void} acts.asText for a long text that was pasted
   */
  constructor(list, acts) {
    this.list = list;
    this.acts = acts;
    this.chips = /** @type {Map<string, HTMLElement>} */ (new Map());
    this.said = new Map();
    list.hidden = true;
  }

  /** @param {string} key @returns {HTMLElement | undefined} the chip that is next to this one */
  beside(key) {
    const chip = this.chips.get(key);
    const next = chip?.nextElementSibling ?? chip?.previousElementSibling;
    return /** @type {HTMLElement | undefined} */ (next ?? undefined);
  }

  /** @param {Upload[]} list */
  draw(list) {
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
    if (upload.page) bar.removeAttribute("value");
    else bar.value = progress;
    showName(chip, upload);
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
    onAction(chip, "remove", () => this.acts.remove(upload.key));
    onAction(chip, "retry", () => this.acts.retry(upload.key));
    onAction(chip, "as-text", () => this.acts.asText(upload));
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

  /** Once for each of its states. */
  #say({ key, state, name, problem }) {
    if (this.said.get(key) === state) return;
    const before = this.said.get(key);
    this.said.set(key, state);
    if (state === "failed") announce(`${name}: ${sentenceOf(problem)}`);
    else if (state === "done" && before) announce(message("fileAttached", { name }));
  }
}

/** A page has a name when it was read. */
function showName(chip, { name, page, part: stored }) {
  if (part(chip, "name").textContent === name) return;
  setText(part(chip, "name"), name);
  setText(part(chip, "end"), page && !stored ? "" : endOf(name).slice(0, 4).toUpperCase());
  const label = (sentence) => message(sentence, { name });
  const labels = { remove: "removeFile", retry: "retryFile", open: "openFile" };
  for (const [button, sentence] of Object.entries(labels))
    part(chip, button).setAttribute("aria-label", label(sentence));
  part(chip, "progress").setAttribute("aria-label", label("uploadingFile"));
}

function factsOf({ state, page, size, progress, problem, part: stored }) {
  if (state === "failed") return sentenceOf(problem);
  if (state === "uploading" && page) return message("pageReading");
  if (state === "uploading") return message("uploaded", { percent: Math.round(progress * 100) });
  const pages = stored?.pages ? [message("pages", { count: stored.pages })] : [];
  return [sizeOf(size), ...pages].join(" · ");
}

const sentenceOf = (problem) => problem.text ?? message(problem.name);
