// Loaded with the first finished code block. Each language comes when code in it is first seen.
import hljs from "../../vendor/highlight/core.js";
import { grammarsFor } from "../models/languages.js";

/**
 * @param {HTMLElement} code its text becomes coloured spans; unknown languages stay as they are
 * @param {string} language as the fence names it
 * @param {(html: string) => DocumentFragment} sanitise the last gate before the page
 */
export async function highlight(code, language, sanitise) {
  const grammars = grammarsFor(language);
  if (!grammars.length) return;
  const text = code.textContent;
  if (!grammars.every(({ name }) => hljs.getLanguage(name)) && !(await loaded(grammars))) return;
  // While the grammar was on its way, the block may have been drawn anew.
  if (code.textContent !== text) return;
  const { value } = hljs.highlight(text, { language: grammars[0].name, ignoreIllegals: true });
  code.replaceChildren(sanitise(value));
}

/** Offline, code stays without colours. */
const loaded = (grammars) =>
  Promise.all(grammars.map(register)).then(
    () => true,
    () => false,
  );

async function register({ name, load }) {
  if (hljs.getLanguage(name)) return;
  hljs.registerLanguage(name, (await load()).default);
}
