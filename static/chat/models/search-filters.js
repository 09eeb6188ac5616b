// What narrows a search: the fields as a person fills them in, and what the server is asked.

/** How the choice of a key begins: its name follows. */
export const KEY = "key ";

/**
 * @param {{from: string, to: string, model: string, folder: string, tag: string, archived: string, scripts: string, files: boolean}}
 *   fields the days as a date field has them, the last of them included; `scripts` may be a key
 * @returns {Record<string, string>} those that say something; a day begins where the person is
 */
export function asked({ from, to, model, folder, tag, archived, scripts, files }) {
  const all = {
    since: beginning(from, 0),
    until: beginning(to, 1),
    model,
    folder,
    tag,
    archived,
    ...(scripts.startsWith(KEY) ? { key: scripts.slice(KEY.length) } : { scripts }),
    files: files ? "1" : "",
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

/** When a day begins, or that so many days later; "" for none. */
function beginning(day, later) {
  if (!day) return "";
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
