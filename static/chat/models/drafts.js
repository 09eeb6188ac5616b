// The unsent text and files of each conversation, kept over navigation, reload and sign-in. Each
// person has their own, because one browser may be several people's.
import { Store } from "./store.js";

export class Drafts {
  /** @param {Storage | null} storage @param {string | number} user whose drafts they are */
  constructor(storage, user) {
    this.store = new Store(storage, `draft:${user}:`);
    this.attached = new Store(storage, `draft-files:${user}:`);
  }

  /** @param {string | null} conversation null for the one not begun yet @returns {string} */
  get(conversation) {
    return this.store.get(conversation ?? "") ?? "";
  }

  /** @param {string | null} conversation @param {string} text */
  set(conversation, text) {
    if (text) this.store.set(conversation ?? "", text);
    else this.store.remove(conversation ?? "");
  }

  /** @param {string | null} conversation @returns {import("./files.js").FilePart[]} uploaded */
  files(conversation) {
    try {
      const files = JSON.parse(this.attached.get(conversation ?? "") ?? "[]");
      return Array.isArray(files) ? files.filter((file) => file?.file_id && file.filename) : [];
    } catch {
      return [];
    }
  }

  /** @param {string | null} conversation @param {import("./files.js").FilePart[]} files */
  setFiles(conversation, files) {
    if (files.length) this.attached.set(conversation ?? "", JSON.stringify(files));
    else this.attached.remove(conversation ?? "");
  }

  /** One that was on its way has arrived. */
  addFile(conversation, file) {
    this.setFiles(conversation, [...this.files(conversation), file]);
  }

  /** Gives back what could not be sent, before what was typed and attached since. */
  giveBack(conversation, text, files = []) {
    const typed = this.get(conversation);
    this.set(conversation, [text, typed].filter((one) => one.trim()).join("\n\n"));
    if (files.length) this.setFiles(conversation, [...files, ...this.files(conversation)]);
  }

  /** Its conversation is no more. */
  forget(conversation) {
    this.set(conversation, "");
    this.setFiles(conversation, []);
  }
}
