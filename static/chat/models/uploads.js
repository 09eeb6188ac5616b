// The files at one message that is being written: chosen, uploading, uploaded or refused.
import { endOf } from "./files.js";

/** @typedef {import("./files.js").FilePart} FilePart */

/**
 * @typedef {object} Limits what the server takes
 * @property {number} max_bytes
 * @property {number} max_files
 * @property {string[]} endings
 * @property {string[]} names of files without an ending
 */

/**
 * @typedef {object} Upload
 * @property {string} key
 * @property {string} name
 * @property {number} size
 * @property {"uploading" | "done" | "failed"} state
 * @property {number} progress from 0 to 1
 * @property {File | null} file null for one that was uploaded before
 * @property {FilePart | null} part once it is uploaded
 * @property {boolean} pasted
 * @property {{name: string, text?: string} | null} problem the name of a sentence, or one of the server's
 * @property {boolean} again whether to try once more may help
 * @property {() => void} [abort]
 */

let count = 0;

export class Uploads {
  /**
   * @param {Limits} limits
   * @param {(file: File, name: string, progress: (share: number) => void) =>
   *   {done: Promise<FilePart>, abort: () => void}} send
   * @param {() => void} changed
   */
  constructor(limits, send, changed) {
    this.limits = limits;
    this.send = send;
    this.changed = changed;
    this.list = /** @type {Upload[]} */ ([]);
  }

  get isEmpty() {
    return this.list.length === 0;
  }

  get isBusy() {
    return this.list.some(({ state }) => state === "uploading");
  }

  get failed() {
    return this.list.filter(({ state }) => state === "failed");
  }

  /** @returns {FilePart[]} those that are uploaded */
  get parts() {
    return this.list.filter(({ part }) => part).map(({ part }) => part);
  }

  /** @param {FilePart[]} parts uploaded before, in place of all others */
  set(parts) {
    for (const upload of this.list) upload.abort?.();
    this.list = parts.map((part) => entry({ part, state: "done" }));
    this.changed();
  }

  /** @param {FilePart[]} parts uploaded before, in front of the others */
  giveBack(parts) {
    const here = new Set(this.parts.map(({ file_id: id }) => id));
    const missing = parts.filter(({ file_id: id }) => !here.has(id));
    this.list.unshift(...missing.map((part) => entry({ part, state: "done" })));
    this.changed();
  }

  /** @param {FilePart} part uploaded before, behind the others */
  attach(part) {
    if (this.parts.some(({ file_id: id }) => id === part.file_id)) return;
    const upload = entry({ part, state: "done" });
    const problem = this.#isFull(upload);
    if (problem) Object.assign(upload, { state: "failed", part: null, problem });
    this.list.push(upload);
    this.changed();
  }

  /** @param {Iterable<File>} files @param {{pasted?: boolean}} options @returns {Upload[]} */
  add(files, { pasted = false } = {}) {
    return [...files].map((file) => {
      const upload = entry({ file, pasted });
      this.list.push(upload);
      this.#begin(upload);
      return upload;
    });
  }

  /** @param {string} key tries again */
  retry(key) {
    const upload = this.#find(key);
    if (upload?.state === "failed" && upload.file) this.#begin(upload);
  }

  /** @param {string} key @returns {Upload | undefined} what is no longer there */
  remove(key) {
    const upload = this.#find(key);
    if (!upload) return undefined;
    this.list = this.list.filter((other) => other !== upload);
    upload.abort?.();
    this.changed();
    return upload;
  }

  /** @returns {FilePart[]} those that are uploaded, which are nobody's from now on */
  take() {
    const { parts } = this;
    this.list = this.list.filter(({ part }) => !part);
    this.changed();
    return parts;
  }

  #find(key) {
    return this.list.find((upload) => upload.key === key);
  }

  #begin(upload) {
    const problem = this.#refusal(upload);
    Object.assign(upload, { problem, progress: 0, again: false });
    upload.state = problem ? "failed" : "uploading";
    if (!problem) this.#upload(upload);
    this.changed();
  }

  #refusal(upload) {
    const { max_bytes: most, endings, names } = this.limits;
    const end = endOf(upload.name);
    const isTaken = end ? endings.includes(end) : names.includes(upload.name.toLowerCase());
    if (!isTaken) return { name: "fileType" };
    if (upload.size > most) return { name: "fileTooLarge" };
    if (upload.size === 0) return { name: "fileEmpty" };
    return this.#isFull(upload);
  }

  #isFull(upload) {
    const others = this.list.filter((other) => other !== upload && other.state !== "failed");
    return others.length >= this.limits.max_files ? { name: "tooManyFiles" } : null;
  }

  async #upload(upload) {
    const { done, abort } = this.send(upload.file, upload.name, (share) => {
      upload.progress = share;
      this.changed();
    });
    upload.abort = abort;
    try {
      const part = await done;
      upload.part = upload.pasted ? { ...part, pasted: true } : part;
      upload.state = "done";
    } catch (error) {
      upload.state = "failed";
      upload.problem = error.told ? { name: "", text: error.told } : { name: "fileNotSent" };
      upload.again = !error.told || error.status >= 500;
    }
    upload.abort = undefined;
    if (this.list.includes(upload)) this.changed();
  }
}

/** @param {Partial<Upload>} given @returns {Upload} */
function entry({ file = null, part = null, state = "uploading", pasted = false }) {
  return {
    key: `upload ${++count}`,
    name: part?.filename ?? file.name,
    size: part?.size ?? file.size,
    state,
    progress: part ? 1 : 0,
    file,
    part,
    pasted: pasted || part?.pasted === true,
    problem: null,
    again: false,
  };
}
