// The code that an answer gave last.
import { answerText } from "./items.js";
import { createMarkdown } from "./markdown.js";

let markdown = /** @type {ReturnType<typeof createMarkdown> | null} */ (null); // when first asked

/**
 * @param {{output?: object[]}[]} responses from the first to the last
 * @returns {string} the last block of code in them, as its own button copies it; "" without one
 */
export function lastCode(responses) {
  for (const { output } of responses.toReversed()) {
    const blocks = codeOf(answerText(output));
    if (blocks.length) return blocks.at(-1);
  }
  return "";
}

function codeOf(text) {
  markdown ??= createMarkdown();
  return markdown
    .parse(text, {})
    .filter(({ type }) => type === "fence" || type === "code_block")
    .map(({ content }) => content);
}
