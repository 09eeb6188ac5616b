// What becomes of the files of a message with models that don't take them as they are.
import { endOf } from "./files.js";

/** Files of which their text is not all. */
const MORE_THAN_TEXT = ["pdf", "docx", "xlsx"];
const IMAGES = ["png", "jpg", "jpeg", "gif", "webp"];

/**
 * @param {string[]} names of the files
 * @param {{label: string, takes_images: boolean, takes_files: boolean}[]} models that will be asked
 * @returns {{name: "imagesNotTaken" | "filesAsText", models: string[]}[]} a sentence each, with the
 *   models of which it is true
 */
export function notTaken(names, models) {
  const has = (ends) => names.some((name) => ends.includes(endOf(name)));
  const labels = (found) => found.map(({ label }) => label);
  const blind = has(IMAGES) ? labels(models.filter((model) => !model.takes_images)) : [];
  const textual = has(MORE_THAN_TEXT) ? labels(models.filter((model) => !model.takes_files)) : [];
  return [
    { name: "imagesNotTaken", models: blind },
    { name: "filesAsText", models: textual },
  ].filter((one) => one.models.length);
}
