// The pictures of a question that stand in its items as data: an import has them so.
import { message } from "../messages.js";
import { picturesIn } from "../models/pictures.js";
import { picture } from "./lightbox.js";

/** @param {HTMLElement} node shows the pictures of these items, each opens large @param {object[]} input */
export function showPictures(node, input) {
  const urls = picturesIn(input);
  node.hidden = urls.length === 0;
  if (node.dataset.shown === String(urls.length)) return;
  node.dataset.shown = String(urls.length);
  node.replaceChildren(...urls.map((url) => picture(url, message("questionPicture"))));
}
