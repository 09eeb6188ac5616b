// What a search found, in pieces that are marked and pieces that are not.

/**
 * @param {string} text
 * @param {[number, number][]} marks start and end of each, in code points, in order
 * @returns {{text: string, marked: boolean}[]}
 */
export function pieces(text, marks) {
  const letters = [...text];
  const found = [];
  let at = 0;
  const add = (end, marked) => {
    if (end > at) found.push({ text: letters.slice(at, end).join(""), marked });
    at = Math.max(at, end);
  };
  for (const [start, end] of marks) {
    add(start, false);
    add(end, true);
  }
  add(letters.length, false);
  return found;
}

/**
 * Where a conversation stands that was found.
 * @param {{folder?: string | null, tags?: string[], archived?: boolean}} hit
 * @param {string} archived what is said of one that is put away
 * @param {string} [through] what is said of the key through which it was begun
 * @returns {string}
 */
export function standing({ folder, tags = [], archived: isArchived }, archived, through = "") {
  return [folder, ...tags.map((tag) => `#${tag}`), isArchived && archived, through]
    .filter(Boolean)
    .join(" · ");
}

/** @param {string} id of a conversation @param {string} [response] @returns {string} its address */
export function addressOf(id, response) {
  const query = response ? `?response=${encodeURIComponent(response)}` : "";
  return `/c/${encodeURIComponent(id)}${query}`;
}
