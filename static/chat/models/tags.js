// Tags: those of the conversations that are chosen, and those that can be given to them.

/** @typedef {{id: string, name: string}} Tag */

/** @param {string} name @returns {string} what two names have in common that are one tag */
export const compared = (name) =>
  name.normalize("NFKC").toLowerCase().trim().split(/\s+/).join(" ");

const byName = (one, other) => (compared(one.name) < compared(other.name) ? -1 : 1);

/**
 * @param {{tags?: Tag[]}[]} summaries of the conversations that are chosen
 * @returns {(Tag & {count: number})[]} what any of them has, by name, and how many have it
 */
export function held(summaries) {
  const found = new Map();
  for (const tag of summaries.flatMap(({ tags }) => tags ?? []))
    found.set(tag.id, { ...tag, count: (found.get(tag.id)?.count ?? 0) + 1 });
  return [...found.values()].sort(byName);
}

/**
 * @param {Tag[]} all of the person's
 * @param {string} text what is written so far
 * @param {{tags?: Tag[]}[]} summaries
 * @param {number} most
 * @returns {Tag[]} those that not all of them have and that go with the text, those that begin so first
 */
export function offered(all, text, summaries, most) {
  const everywhere = new Set(
    held(summaries)
      .filter(({ count }) => count === summaries.length)
      .map(({ id }) => id),
  );
  const wanted = compared(text);
  const place = ({ name }) => compared(name).indexOf(wanted);
  return all
    .filter((tag) => !everywhere.has(tag.id) && place(tag) >= 0)
    .sort((one, other) => Math.min(place(one), 1) - Math.min(place(other), 1) || byName(one, other))
    .slice(0, most);
}
