// Titles that are being written: shown as far as they are, until there is one or it is none after all.

/** @typedef {import("./history.js").Summary} Summary */

export class Titling {
  constructor() {
    this.writing = /** @type {Map<string, {was: string, title: string}>} */ (new Map());
  }

  /**
   * @param {Summary | undefined} known the conversation, as it is shown
   * @param {string | null} title as far as it is written; null: it is none
   * @returns {Summary | null} as it is to be shown now; null where nothing changes: a title that was
   *   given is never replaced
   */
  writes(known, title) {
    if (!known || known.titled) return null;
    const { id } = known;
    const before = this.writing.get(id);
    if (title === null) {
      this.writing.delete(id);
      return before ? { ...known, title: before.was } : null;
    }
    this.writing.set(id, { was: before?.was ?? known.title, title });
    return { ...known, title };
  }

  /** @param {Summary} summary what the server says of a conversation @returns {Summary} to be shown */
  look(summary) {
    const writing = this.writing.get(summary.id);
    if (!writing) return summary;
    if (summary.titled) {
      this.writing.delete(summary.id);
      return summary;
    }
    writing.was = summary.title;
    return { ...summary, title: writing.title };
  }
}
