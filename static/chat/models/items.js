// Reading items as the API writes them.

/** @param {string | object[]} content @returns {string} */
function contentText(content) {
  if (typeof content === "string") return content;
  const parts = (content ?? []).map((part) => part.text ?? part.refusal);
  return parts.filter((text) => typeof text === "string").join("\n\n");
}

/** @param {object[]} input @returns {string} what the person wrote */
export function questionText(input) {
  const messages = (input ?? []).filter((item) => item.role === "user");
  return messages.map((item) => contentText(item.content)).join("\n\n");
}

/** @param {object[]} output @returns {string} the answer as Markdown, without reasoning and calls */
export function answerText(output) {
  const messages = (output ?? []).filter((item) => item.type === "message");
  return messages
    .map((item) => contentText(item.content))
    .filter(Boolean)
    .join("\n\n");
}

/** @param {object} item a reasoning item @returns {string} its summary, or its text */
export function reasoningText(item) {
  const parts = item.summary?.length ? item.summary : (item.content ?? []);
  return parts
    .map((part) => part.text ?? "")
    .filter(Boolean)
    .join("\n\n");
}

/** @param {object[]} output @returns {boolean} whether any word of the answer itself has come */
export const hasText = (output) => answerText(output).trim() !== "";
