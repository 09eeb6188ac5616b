// The conversations' lines: what the server says of each goes to the sidebar, to the title and to
// whoever has to hear of it.

import { Titling } from "./models/titling.js";

/** @typedef {import("./models/history.js").Summary} Summary */

export class Summaries {
  /**
   * @param {object} parts
   * @param {import("./elements/sidebar.js").Sidebar} parts.sidebar
   * @param {import("./elements/scripts.js").Scripts} parts.scripts
   * @param {import("./attention.js").Attention} parts.attention
   * @param {import("./api.js").Api} parts.api
   * @param {(summary: Summary) => void} parts.shown
   * @param {(id: string) => void} parts.gone
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.titling = new Titling();
  }

  get #history() {
    return this.sidebar.history;
  }

  /** A title is being written. @param {string} id @param {string | null} title as in `Titling` */
  titles(id, title) {
    const summary = this.titling.writes(this.#history.get(id), title);
    if (!summary) return;
    this.sidebar.put(summary);
    this.shown(summary);
  }

  /** @param {Summary} told */
  put(told) {
    const summary = this.titling.look(told);
    // What is temporary is in no list.
    if (summary.expires_at) return this.shown(summary);
    if (summary.archived_at) {
      this.sidebar.remove(summary.id);
      return this.shown(summary);
    }
    const before = this.#history.get(summary.id);
    this.scripts.saw(summary.key_name);
    const seen = this.attention.look(summary);
    this.sidebar.put(seen);
    this.attention.changed(before, seen);
    this.shown(seen);
  }

  /** The person has this conversation in view now. @param {string | null} id */
  seen(id) {
    const summary = id && this.#history.get(id);
    if (summary?.unseen) this.sidebar.put(this.attention.look(summary));
  }

  /** What was said while nobody listened. */
  async catchUp() {
    const asked = this.#history.changes;
    const { conversations, next, hides_scripts } = await this.api.conversations();
    await this.scripts.set(hides_scripts);
    const { news, gone } = this.#history.compare(conversations, next, asked);
    news.forEach((summary) => this.put(summary));
    gone.forEach((id) => this.gone(id));
  }
}
