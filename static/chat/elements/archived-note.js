// The line that says that the open conversation is put away, and takes it back.
import { part } from "./dom.js";

export class ArchivedNote {
  /** @param {HTMLElement} node @param {(id: string) => void} takeBack */
  constructor(node, takeBack) {
    this.node = node;
    this.id = null;
    part(node, "unarchive").addEventListener("click", () => takeBack(this.id));
  }

  /** @param {{id: string, archived_at?: string | null} | null} summary of the open one */
  show(summary) {
    this.id = summary?.id ?? null;
    this.node.hidden = !summary?.archived_at;
  }
}
