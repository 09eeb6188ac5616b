// What is being typed at the caret that a menu can complete: `/` a prompt, `@` an assistant or a
// model, `#` a file; and the places in a prompt that are to be filled in.

/** `/` begins a message or a line; `@` and `#` begin a word. */
const TOKEN = /(?:(^|\n)\/([\w-]*)|(?:^|\s)([@#])([^\s@#]*))$/u;
const PLACE = /\{\{\s*([^{}|]{1,60}?)\s*(?:\|([^{}]*))?\}\}/g;

/**
 * @typedef {{sign: "/" | "@" | "#", query: string, start: number, end: number}} Token where it stands
 * @typedef {{key: string, label: string, detail: string, group: string}} Entry of the menu
 * @typedef {{name: string, initial: string}} Place to be filled in
 */

/** @param {string} text @param {number} caret @returns {Token | null} */
export function tokenAt(text, caret) {
  const match = TOKEN.exec(text.slice(0, caret));
  if (!match) return null;
  const sign = match[2] === undefined ? match[3] : "/";
  const query = match[2] ?? match[4];
  return { sign, query, start: caret - query.length - 1, end: caret };
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Those that a query means, the ones that begin with it first; the order stays otherwise.
 * @template {Entry} E
 * @param {E[]} entries @param {string} query @returns {E[]}
 */
export function matching(entries, query) {
  const wanted = plain(query);
  const rank = (entry) => {
    const [key, label] = [plain(entry.key), plain(entry.label)];
    if (key.startsWith(wanted) || label.startsWith(wanted)) return 0;
    return key.includes(wanted) || label.includes(wanted) ? 1 : 2;
  };
  const ranked = entries.map((entry) => ({ entry, rank: rank(entry) }));
  return [0, 1].flatMap((wantedRank) =>
    ranked.filter((each) => each.rank === wantedRank).map(({ entry }) => entry),
  );
}

/** @param {string} text @returns {Place[]} each once, in order */
export function placesIn(text) {
  const places = new Map();
  for (const [, name, initial] of text.matchAll(PLACE)) {
    if (!places.has(name)) places.set(name, initial?.trim() ?? "");
  }
  return [...places].map(([name, initial]) => ({ name, initial }));
}

/** @param {string} text @param {Record<string, string>} values @returns {string} */
export const filled = (text, values) => text.replace(PLACE, (place, name) => values[name] ?? place);
