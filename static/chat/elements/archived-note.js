// The line that says that the open conversation is put away, takes it back, and gives it tags: it has
// no row in the sidebar, whose menu does that for others.
import { part } from "./dom.js";

export class ArchivedNote {
  /**
   * @param {HTMLElement} node
   * @param {{takeBack: (id: string) => void, tag: (id: string) => void}} acts
   */
  constructor(node, { takeBack, tag }) {
    this.node = node;
    this.id = null;
    part(node, "tag").addEventListener("click", () => tag(this.id));
    part(node, "unarchive").addEventListener("click", () => takeBack(this.id));
  }

  /** @param {{id: string, archived_at?: string | null} | null} summary of the open one */
  show(summary) {
    this.id = summary?.id ?? null;
    this.node.hidden = !summary?.archived_at;
  }
}
