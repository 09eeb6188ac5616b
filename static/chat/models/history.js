// The person's conversations, newest first, in the groups of the sidebar.

/**
 * @typedef {object} Summary
 * @property {string} id
 * @property {string} title
 * @property {boolean} [titled] a model or the person gave it; else it is the question's beginning
 * @property {string} updated_at
 * @property {string | null} answering the answer that is being written
 * @property {boolean} [unseen] an answer has ended that the person has not had in view
 * @property {string | null} [expires_at] when it is deleted, if it is temporary
 * @property {string | null} [folder] that it is in
 * @property {{id: string, name: string}[]} [tags]
 * @property {string | null} [pinned_at] since when it is on top
 * @property {string | null} [archived_at] since when it is put away
 * @property {string} [key_name] of the key through which a script began it
 * @property {number} [version] counts the changes of its tree
 */

const DAY = 24 * 60 * 60 * 1000;

/** @param {Date} date @returns {number} the day's start in local time; a day is not always 24 hours */
const dayOf = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** @param {Date} date @param {Date} now @returns {"today" | "yesterday" | "week" | "month" | "older"} */
export function period(date, now) {
  const days = Math.round((dayOf(now) - dayOf(date)) / DAY);
  if (days < 1) return "today";
  if (days === 1) return "yesterday";
  if (days < 7) return "week";
  return days < 30 ? "month" : "older";
}

export class History {
  constructor() {
    this.summaries = /** @type {Map<string, Summary>} */ (new Map());
    this.changes = 0;
    this.changed = new Map(); // id → which change it was
    this.hidesScripts = false; // what scripts began is not among the days
  }

  /** @param {Summary} summary */
  put(summary) {
    this.summaries.set(summary.id, { ...this.summaries.get(summary.id), ...summary });
    this.changed.set(summary.id, ++this.changes);
  }

  /** @param {string} id */
  remove(id) {
    this.summaries.delete(id);
    this.changed.set(id, ++this.changes);
  }

  /** @param {string} id @returns {Summary | undefined} */
  get(id) {
    return this.summaries.get(id);
  }

  /** Whether an answer is being written anywhere. */
  get isAnswering() {
    return [...this.summaries.values()].some(({ answering }) => answering);
  }

  /**
   * What the server's list says that is not known here. What changed since it was asked for is
   * newer than the list.
   * @param {Summary[]} listed the first page, newest first
   * @param {string | null} next the cursor of the next page
   * @param {number} asked `changes` when it was asked for
   * @param {string | null} folder whose list it is
   * @returns {{news: Summary[], gone: string[]}}
   */
  compare(listed, next, asked, folder = null) {
    const isOld = (id) => (this.changed.get(id) ?? 0) <= asked;
    const ids = new Set(listed.map(({ id }) => id));
    const end = next === null ? -Infinity : Date.parse(listed.at(-1).updated_at);
    // What is on top is all in the first page of those in no folder.
    const isWithin = ({ pinned_at, folder: own, updated_at }) =>
      pinned_at ? !folder : (own ?? null) === folder && Date.parse(updated_at) > end;
    const missing = [...this.summaries.values()].filter(
      (one) => !ids.has(one.id) && isOld(one.id) && isWithin(one) && !this.#isHidden(one),
    );
    return { news: listed.filter(({ id }) => isOld(id)), gone: missing.map(({ id }) => id) };
  }

  /** @param {string} folder @returns {Summary[]} what is known of it, the last used first */
  inFolder(folder) {
    const found = [...this.summaries.values()].filter(
      (one) => one.folder === folder && !one.pinned_at,
    );
    return found.sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at));
  }

  /** Those on top, then those of each period. @param {Date} now @returns {{period: string, summaries: Summary[]}[]} */
  groups(now) {
    const listed = [...this.summaries.values()].filter(
      (one) => (one.pinned_at || !one.folder) && !this.#isHidden(one),
    );
    const sorted = listed.sort(
      (a, b) =>
        Number(Boolean(b.pinned_at)) - Number(Boolean(a.pinned_at)) ||
        Date.parse(b.pinned_at ?? b.updated_at) - Date.parse(a.pinned_at ?? a.updated_at),
    );
    const groups = Map.groupBy(sorted, ({ pinned_at, updated_at }) =>
      pinned_at ? "pinnedChats" : period(new Date(updated_at), now),
    );
    return [...groups].map(([name, summaries]) => ({ period: name, summaries }));
  }

  /** What the person has put somewhere stays there. */
  #isHidden({ key_name: name, pinned_at, folder }) {
    return Boolean(this.hidesScripts && name && !pinned_at && !folder);
  }
}
