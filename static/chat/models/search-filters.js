// What narrows a search: the fields as a person fills them in, and what the server is asked.

/**
 * @param {{from: string, to: string, model: string, folder: string, tag: string, archived: string, files: boolean}}
 *   fields the days as a date field has them, the last of them included
 * @returns {Record<string, string>} those that say something; a day begins where the person is
 */
export function asked({ from, to, model, folder, tag, archived, files }) {
  const all = {
    since: beginning(from, 0),
    until: beginning(to, 1),
    model,
    folder,
    tag,
    archived,
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
