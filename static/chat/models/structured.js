// Answers that were asked for as JSON.

const FORMATS = new Set(["json_schema", "json_object"]);

/**
 * @param {unknown} text @param {string | undefined} format the type of `text.format`
 * @param {boolean} streaming @returns {boolean} whether it is shown as JSON and not as Markdown
 */
export const isStructured = (text, format, streaming) =>
  FORMATS.has(format ?? "") && (streaming ? /^\s*[[{]/.test(String(text ?? "")) : parsed(text) !== undefined);

/** @param {unknown} text @returns {object | undefined} the object or list that all of it is */
export function parsed(text) {
  try {
    const value = JSON.parse(String(text));
    return value && typeof value === "object" ? value : undefined;
  } catch {
    return undefined; // not JSON, or not all of it
  }
}
