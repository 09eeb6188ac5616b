// What is said of a link to a conversation, as names of sentences with what goes into them.

/**
 * @typedef {object} Share
 * @property {number} id
 * @property {string} url
 * @property {boolean} whole_tree
 * @property {boolean} has_passphrase
 * @property {string | null} expires_at
 * @property {number} views
 */

/**
 * @param {Share} share
 * @param {(moment: Date) => string} date
 * @returns {[string, Record<string, string | number>][]}
 */
export function factsOf(share, date) {
  return [
    [share.whole_tree ? "shareTree" : "shareBranch", {}],
    share.expires_at
      ? ["shareUntil", { date: date(new Date(share.expires_at)) }]
      : ["shareNoEnd", {}],
    ...(share.has_passphrase ? [["shareLocked", {}]] : []),
    share.views ? ["shareViews", { count: share.views }] : ["shareUnseen", {}],
  ];
}

/**
 * @param {FormData} form
 * @param {string | null} response the last one of the branch, or null for the one that is shown
 * @returns {{response: string | null, whole_tree: boolean, days: number | null, passphrase: string}}
 */
export function wantedIn(form, response) {
  const days = Number(form.get("days"));
  return {
    response,
    whole_tree: form.get("what") === "tree",
    days: days || null,
    passphrase: String(form.get("passphrase") ?? ""),
  };
}
