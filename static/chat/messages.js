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
 * @param {string} name
 * @param {Record<string, string | number>} values for the {placeholders}
 * @returns {string}
 */
export function message(name, values = {}) {
  sentences ??= load();
  const sentence = sentences.get(name) ?? name;
  return sentence.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}
