// A picture in an answer: it opens large.
import { message } from "../messages.js";
import { clone, part } from "./dom.js";
import { openLightbox } from "./lightbox.js";

/**
 * @param {string} url what an <img> may show @param {string} alt
 * @param {string} [name] of the file it is saved to @returns {HTMLElement} a button
 */
export function picture(url, alt, name) {
  const node = clone("picture");
  node.addEventListener("click", () => {
    const { src, alt: words } = part(node, "image");
    openLightbox({ src, alt: words, name });
  });
  showPicture(node, url, alt);
  return node;
}

/** Shows another picture in its place; the one before it stays until that is there. */
export function showPicture(node, url, alt) {
  const image = part(node, "image");
  if (image.getAttribute("src") !== url) image.src = url;
  if (image.alt !== alt) image.alt = alt;
  node.setAttribute("aria-label", message("enlarge", { picture: alt }));
}
