// The programming languages that code can be coloured in, by all the names that a fence may have.
import { LANGUAGES } from "../../vendor/highlight/languages.js";

const byName = new Map(
  Object.entries(LANGUAGES).flatMap(([name, { names }]) => [name, ...names].map((one) => [one, name])),
);
// A language's own name wins over what another calls itself for short.
for (const name of Object.keys(LANGUAGES)) byName.set(name, name);

/**
 * @param {string} language as a fence names it
 * @returns {{name: string, load: () => Promise<object>}[]} its grammar first, then those that it
 *   needs for what is embedded in it; none for a language that is not known
 */
export function grammarsFor(language) {
  const found = [];
  const add = (name) => {
    if (!name || found.some((grammar) => grammar.name === name)) return;
    found.push({ name, load: LANGUAGES[name].load });
    LANGUAGES[name].needs.forEach(add);
  };
  add(byName.get(language.toLowerCase()));
  return found;
}
