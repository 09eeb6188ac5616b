// Which pictures an answer brings, and which of them may be shown. Nothing is loaded from another
// host: the request alone would tell it who reads what.
import { madeAddress } from "./made.js";
import { asList, isText } from "./shapes.js";

const INLINE = /^data:image\/(png|jpe?g|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+$/;
const FORMATS = { jpg: "jpeg", svg: "svg+xml" };

/** @param {unknown} url @returns {string | null} what an <img> may show */
export const imageSource = (url) => (isText(url) && INLINE.test(url) ? url : null);

/** @param {string} base64 @param {string} [format] @returns {string | null} */
export const imageFrom = (base64, format) =>
  isText(base64) && base64
    ? imageSource(`data:image/${FORMATS[format] ?? format ?? "png"};base64,${base64}`)
    : null;

/** @param {string} url a data: URL of an image @returns {string} the ending of a file's name */
export function endingOf(url) {
  const [, type = "png"] = INLINE.exec(url.slice(0, 40)) ?? /^data:image\/([\w+]+)/.exec(url) ?? [];
  return { jpeg: "jpg", "svg+xml": "svg" }[type] ?? type;
}

/** @param {object} item @returns {{url: string, name?: string}[]} the pictures that its code drew */
export function resultImages({ outputs }) {
  const images = asList(outputs).filter((output) => output?.type === "image");
  const found = images.map(({ url, file }) => ({
    url: file?.type === "input_image" ? madeAddress(file) : imageSource(url),
    name: file?.filename,
  }));
  return found.filter(({ url }) => url);
}

/** @param {string} [size] as the API writes it: "1024x1536" @returns {[number, number] | null} */
export function dimensions(size) {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size ?? "") ?? [];
  return width && Number(height) ? [Number(width), Number(height)] : null;
}
