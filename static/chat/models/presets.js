// What a kind of provider puts into the fields of the form that connects one.

/**
 * What the fields hold after another kind was chosen: what a person typed stays.
 * @param {Record<string, string>} now by the name of the field
 * @param {Record<string, string>} before what the last kind puts there
 * @param {Record<string, string>} after what the chosen one does
 */
export function filled(now, before, after) {
  const isOurs = (name) => !now[name].trim() || now[name] === before[name];
  return Object.fromEntries(
    Object.keys(now).map((name) => [name, isOurs(name) ? (after[name] ?? "") : now[name]]),
  );
}
