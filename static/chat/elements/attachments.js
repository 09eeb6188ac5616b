// The files at a message that is being written: added, pasted, taken away.
import { message } from "../messages.js";
import { Uploads } from "../models/uploads.js";
import { announce } from "./announcer.js";
import { part } from "./dom.js";
import { FileChips } from "./file-chips.js";

/** A text longer than this is better read as a file. */
const LONG_PASTE = 8_000;

/**
 * What chips need of the page; the same for every message.
 * @typedef {object} Files
 * @property {import("../models/uploads.js").Limits} limits
 * @property {ConstructorParameters<typeof Uploads>[1]} send
 * @property {(id: string) => Promise<{text: string}>} text
 * @property {(ids: string[]) => Promise<{files: string[]}>} there which of these there are
 */

export class Attachments {
  /**
   * @param {HTMLElement} list
   * @param {HTMLTextAreaElement} area where the message is written
   * @param {Files} files
   * @param {() => void} changed
   * @param {ConstructorParameters<typeof Uploads>[3]} [arrived]
   */
  constructor(list, area, files, changed, arrived) {
    this.area = area;
    this.files = files;
    this.chips = new FileChips(list, {
      remove: (key) => this.#remove(key),
      retry: (key) => this.uploads.retry(key),
      asText: (upload) => this.#asText(upload),
    });
    const draw = () => {
      this.chips.draw(this.uploads.list);
      changed();
    };
    this.uploads = new Uploads(files.limits, files.send, draw, arrived);
    this.plain = false; // the next paste stays a text, however long
    area.addEventListener("keydown", (event) => this.#key(event));
    area.addEventListener("paste", (event) => this.#paste(event));
  }

  /** @param {Iterable<File>} files */
  add(files) {
    this.uploads.add(files);
  }

  /** Another message is written. @param {string | null} place @param {object[]} parts it has */
  open(place, parts) {
    this.uploads.open(place, parts);
    this.#check();
  }

  /** Files that nobody sent are kept for some days: of those that are no more, the chip says so. */
  async #check() {
    const ids = this.uploads.unsure;
    if (!ids.length) return;
    try {
      this.uploads.found(ids, (await this.files.there(ids)).files);
    } catch {
      // Not known now: who sends it is told.
    }
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

  #remove(key) {
    const next = this.chips.beside(key);
    const upload = this.uploads.remove(key);
    if (!upload) return;
    announce(message("fileRemoved", { name: upload.name }));
    if (next) part(next, "remove").focus();
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
