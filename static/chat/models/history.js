// The person's conversations, newest first, in the groups of the sidebar.

/** @typedef {{id: string, title: string, updated_at: string, answering: string | null}} Summary */

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
  }

  /** @param {Summary} summary */
  put(summary) {
    this.summaries.set(summary.id, { ...this.summaries.get(summary.id), ...summary });
  }

  /** @param {string} id */
  remove(id) {
    this.summaries.delete(id);
  }

  /** @param {string} id @returns {Summary | undefined} */
  get(id) {
    return this.summaries.get(id);
  }

  /** @param {Date} now @returns {{period: string, summaries: Summary[]}[]} */
  groups(now) {
    const sorted = [...this.summaries.values()].sort(
      (a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at),
    );
    const groups = Map.groupBy(sorted, ({ updated_at }) => period(new Date(updated_at), now));
    return [...groups].map(([name, summaries]) => ({ period: name, summaries }));
  }
}
