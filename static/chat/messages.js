// Every sentence that scripts show comes from the page's <template id="messages">, where it can be
// translated: <span data-name="thinking">Thinking… {seconds} s</span>

let sentences = /** @type {Map<string, string> | null} */ (null);

function load() {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("messages"));
  const spans = template.content.querySelectorAll("[data-name]");
  return new Map([...spans].map((span) => [span.dataset.name, span.textContent.trim()]));
}

/** @param {string} name @returns {boolean} whether there is such a sentence */
export function isKnown(name) {
  sentences ??= load();
  return sentences.has(name);
}

/**
 * @param {string | undefined} name of a tool
 * @returns {string | null} what it is called here, if it is one of the server's own
 */
export const toolLabel = (name) => (isKnown(`tool_${name}`) ? message(`tool_${name}`) : null);

/** @param {import("./models/steps.js").Sentence} sentence @returns {string} */
export const told = ({ name, values, tool }) => toolLabel(tool) ?? message(name, values);

/**
 * @param {string} name
 * @param {Record<string, string | number>} values for the {placeholders}
 * @returns {string}
 */
export function message(name, values = {}) {
  sentences ??= load();
  const sentence = sentences.get(name) ?? name;
  return sentence.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}
