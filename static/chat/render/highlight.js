// Loaded with the first finished code block.
import hljs from "../../vendor/highlight.js";
import { sanitise } from "./sanitise.js";

/**
 * @param {HTMLElement} code its text becomes coloured spans; unknown languages stay as they are
 * @param {string} language as the fence names it
 */
export function highlight(code, language) {
  if (!hljs.getLanguage(language)) return;
  const { value } = hljs.highlight(code.textContent, { language, ignoreIllegals: true });
  code.replaceChildren(sanitise(value));
}
