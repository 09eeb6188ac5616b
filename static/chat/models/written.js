// What goes into tools and comes out of them: JSON in a string, text, or parts of content.
import { imageSource } from "./images.js";
import { asList, isObject, isText } from "./shapes.js";

/** @param {unknown} value @returns {{text: string, language: string}} as a person reads it */
export function readable(value) {
  if (!isText(value)) return { text: JSON.stringify(value ?? null, null, 2), language: "json" };
  try {
    const parsed = JSON.parse(value);
    if (parsed && typeof parsed === "object")
      return { text: JSON.stringify(parsed, null, 2), language: "json" };
  } catch {
    // still arriving, or not JSON at all
  }
  return { text: value, language: "" };
}

/**
 * The sections that show a tool's input or output.
 * @param {string} label the name of a sentence
 * @param {unknown} value @param {boolean} [final] nothing more will come
 */
export function writtenSections(label, value, final = true) {
  if (value == null || value === "") return [];
  if (Array.isArray(value)) return partSections(label, value);
  const { text, language } = readable(value);
  if (!text.trim()) return [];
  return language ? [{ kind: "code", label, text, language, final }] : [{ kind: "text", label, text }];
}

/** A list of content parts: texts, images, files. */
function partSections(label, parts) {
  const sections = asList(parts)
    .filter(isObject)
    .flatMap((part) => partSection(part));
  return sections.map((section, index) => (index ? section : { ...section, label }));
}

function partSection(part) {
  const url = imageSource(part.image_url);
  if (url) return [{ kind: "images", images: [{ url, alt: "" }] }];
  if (isText(part.text)) return writtenSections(undefined, part.text);
  if (part.type === "input_file")
    return [{ kind: "list", entries: [{ title: part.filename ?? part.file_id ?? part.file_url ?? "" }] }];
  return writtenSections(undefined, part);
}
