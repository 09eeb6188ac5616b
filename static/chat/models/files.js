// Files in messages: as the server stores them, and as they are sent, by their ids alone.

/**
 * @typedef {object} FilePart
 * @property {"input_image" | "input_file"} type
 * @property {string} file_id
 * @property {string} [file_url] where a link to a conversation opens it; then it has no id
 * @property {string} filename
 * @property {number} size in bytes
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [pages]
 * @property {boolean} [pasted] it was a long text, which can become one again
 */

const isFile = (part) =>
  (part?.type === "input_image" || part?.type === "input_file") &&
  typeof part.file_id === "string";

/** @param {string | object[]} input @returns {FilePart[]} the files of a question */
export function filesOf(input) {
  if (!Array.isArray(input)) return [];
  const messages = input.filter((item) => item.role === "user" && Array.isArray(item.content));
  return messages.flatMap(({ content }) => content.filter(isFile));
}

const SHARED = /^\/s\/[\w-]+\/files\/\w+\/$/;

/** @param {string | object[]} input @returns {FilePart[]} the documents that a link opens */
export function sharedFilesOf(input) {
  if (!Array.isArray(input)) return [];
  const messages = input.filter((item) => item.role === "user" && Array.isArray(item.content));
  const parts = messages.flatMap(({ content }) => content);
  return parts.filter(({ type, file_url: url }) => type === "input_file" && SHARED.test(url));
}

/** @param {string} text @param {FilePart[]} files @returns {string | object[]} a question */
export function inputOf(text, files = []) {
  if (!files.length) return text;
  const said = text.trim() ? [{ type: "input_text", text }] : [];
  return [{ type: "message", role: "user", content: [...said, ...files] }];
}

/** @param {string | object[]} input @returns {string | object[]} of its files the ids alone */
export function framed(input) {
  if (!Array.isArray(input)) return input;
  const bare = (part) => (isFile(part) ? { type: part.type, file_id: part.file_id } : part);
  return input.map((item) =>
    Array.isArray(item.content) ? { ...item, content: item.content.map(bare) } : item,
  );
}

/** @param {FilePart[]} one @param {FilePart[]} other @returns {boolean} whether they are the same */
export const sameFiles = (one, other) =>
  one.length === other.length && one.every(({ file_id: id }, at) => id === other[at].file_id);

/** @param {number} bytes @returns {string} as a person says it: "12 KB", "3.4 MB" */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** @param {string} filename @returns {string} its end, in small letters; "" without one */
export function endOf(filename) {
  const at = filename.lastIndexOf(".");
  return at > 0 ? filename.slice(at + 1).toLowerCase() : "";
}
