// The files at one message that is being written: chosen, uploading, uploaded or refused. Messages
// are written at several places: what is on its way for another one goes on meanwhile.
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
 * @property {File | null} file null for one that was uploaded before, and for a page
 * @property {string | null} page the address of a page of the web, which the server reads
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
   * @param {(file: File | string, name: string, progress: (share: number) => void) =>
   *   {done: Promise<FilePart>, abort: () => void}} send
   * @param {() => void} changed
   * @param {(place: string | null, part: FilePart) => void} arrived one that was on its way for
   *   another message than that in view
   */
  constructor(limits, send, changed, arrived = () => {}) {
    Object.assign(this, { limits, send, changed, arrived });
    this.list = /** @type {Upload[]} */ ([]);
    this.place = /** @type {string | null} */ (null);
    this.away = /** @type {Map<string | null, Upload[]>} */ (new Map());
    this.sure = new Set(); // of files: they were there a moment ago
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

  /**
   * Another message is written now; what is on its way for the one before, or was refused, stays
   * with that.
   * @param {string | null} place of the message
   * @param {FilePart[]} parts that were uploaded for it
   */
  open(place, parts) {
    const unfinished = this.list.filter(({ part }) => !part);
    if (unfinished.length) this.away.set(this.place, unfinished);
    const back = this.away.get(place) ?? [];
    this.away.delete(place);
    this.place = place;
    this.list = [...parts.map((part) => entry({ part, state: "done" })), ...back];
    this.changed();
  }

  /** @returns {string[]} the ids of files of which it is not known whether they still are there */
  get unsure() {
    return this.parts.map(({ file_id: id }) => id).filter((id) => !this.sure.has(id));
  }

  /** @param {string[]} asked @param {string[]} there those of them that still are */
  found(asked, there) {
    for (const id of there) this.sure.add(id);
    const gone = (part) => part && asked.includes(part.file_id) && !there.includes(part.file_id);
    const lost = this.list.filter(({ part }) => gone(part));
    for (const upload of lost)
      Object.assign(upload, { part: null, state: "failed", problem: { name: "fileExpired" } });
    if (lost.length) this.changed();
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

  /** @param {string} page the address of one that the server reads */
  read(page) {
    const upload = entry({ page });
    this.list.push(upload);
    this.#begin(upload);
  }

  /** @param {string} key tries again */
  retry(key) {
    const upload = this.#find(key);
    if (upload?.state === "failed" && (upload.file || upload.page)) this.#begin(upload);
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
    if (upload.page) return this.#isFull(upload);
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
    const { done, abort } = this.send(upload.file ?? upload.page, upload.name, (share) => {
      upload.progress = share;
      this.changed();
    });
    upload.abort = abort;
    try {
      const part = await done;
      this.sure.add(part.file_id);
      upload.part = upload.pasted ? { ...part, pasted: true } : part;
      if (upload.page) Object.assign(upload, { name: part.filename, size: part.size });
      upload.state = "done";
    } catch (error) {
      upload.state = "failed";
      upload.problem = error.told ? { name: "", text: error.told } : { name: "fileNotSent" };
      upload.again = !error.told || error.status >= 500;
    }
    upload.abort = undefined;
    if (this.list.includes(upload)) this.changed();
    else if (upload.part) this.#arrive(upload);
  }

  #arrive(upload) {
    const found = [...this.away].find(([, list]) => list.includes(upload));
    if (!found) return; // it was taken away
    const [place, list] = found;
    this.away.set(
      place,
      list.filter((other) => other !== upload),
    );
    this.arrived(place, upload.part);
  }
}

/** @param {Partial<Upload>} given @returns {Upload} */
function entry({ file = null, page = null, part = null, state = "uploading", pasted = false }) {
  return {
    key: `upload ${++count}`,
    name: part?.filename ?? file?.name ?? page,
    size: part?.size ?? file?.size ?? 0,
    state,
    progress: part ? 1 : 0,
    file,
    page,
    part,
    pasted: pasted || part?.pasted === true,
    problem: null,
    again: false,
  };
}
