// What a file search found in a file: the words behind a citation of it.
import { asList, isText } from "./shapes.js";

const LONGEST = 1200;
const MOST = 3;

/**
 * @param {object[]} items the output of the response
 * @param {import("./citations.js").Source} source
 * @returns {string[]} what is known of the words that are cited
 */
export function passagesOf(items, source) {
  const results = asList(items)
    .filter(({ type }) => type === "file_search_call")
    .flatMap((item) => asList(item.results));
  const found = results
    .filter((result) => source.fileId && result?.file_id === source.fileId && isText(result.text))
    .map((result) => result.text.trim());
  const texts = found.length ? found : source.passages;
  return [...new Set(texts)]
    .slice(0, MOST)
    .map((text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text));
}
