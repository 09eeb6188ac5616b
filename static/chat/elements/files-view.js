// The files of a message that was sent: pictures as a grid, others as chips. Each opens.
import { message } from "../messages.js";
import { endOf, sizeOf } from "../models/files.js";
import { clone, part } from "./dom.js";
import { preview } from "./file-preview.js";
import { openLightbox } from "./lightbox.js";

/**
 * @param {HTMLElement} root
 * @param {import("../models/files.js").FilePart[]} files
 * @param {boolean} opens whether the reader may see them; else they are named
 */
export function showFiles(root, files, opens) {
  root.hidden = files.length === 0;
  const shown = files.map(({ file_id: id, file_url: url }) => url ?? id).join(" ");
  if (root.dataset.shown === shown) return;
  root.dataset.shown = shown;
  const isPicture = ({ type }) => opens && type === "input_image";
  const pictures = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  root.replaceChildren(
    ...group("sent-pictures", pictures, picture),
    ...group("sent-files", others, (file) => (file.file_url ? link(file) : chip(file, opens))),
  );
}

/**
 * What the model was given of the folder's files with a message, quietly.
 * @param {HTMLElement} root
 * @param {import("../models/files.js").FilePart[]} files
 */
export function showGiven(root, files) {
  root.hidden = files.length === 0;
  const shown = files.map(({ file_id: id }) => id).join(" ");
  if (root.dataset.shown === shown) return;
  root.dataset.shown = shown;
  root.replaceChildren(message("givenFiles"), ...files.map(given));
}

function given(file) {
  const node = clone("given-file");
  node.textContent = file.filename;
  node.addEventListener("click", () => open(file));
  return node;
}

function open(file) {
  if (file.type !== "input_image") return preview(file);
  const { file_id: id, filename } = file;
  openLightbox({ src: `/files/${encodeURIComponent(id)}/`, alt: filename, name: filename });
}

function group(name, files, view) {
  if (!files.length) return [];
  const node = document.createElement("div");
  node.className = name;
  node.dataset.count = String(Math.min(files.length, 4));
  node.append(...files.map((file) => view(file)));
  return [node];
}

function picture(file) {
  const { file_id: id, filename, width, height } = file;
  const node = clone("sent-picture");
  const image = /** @type {HTMLImageElement} */ (part(node, "image"));
  if (width && height) Object.assign(image, { width, height });
  image.src = `/files/${encodeURIComponent(id)}/thumbnail/`;
  image.alt = filename;
  node.setAttribute("aria-label", message("enlarge", { picture: filename }));
  node.addEventListener("click", () => open(file));
  return node;
}

/** A file of a conversation that was shared: opening it saves it. */
function link(file) {
  const node = document.createElement("a");
  node.className = "sent-file";
  node.append(...named(clone("sent-file"), file).childNodes);
  node.href = file.file_url;
  node.download = file.filename;
  return node;
}

function named(node, file) {
  part(node, "name").textContent = file.filename;
  part(node, "end").textContent = endOf(file.filename).slice(0, 4).toUpperCase();
  const pages = file.pages ? [message("pages", { count: file.pages })] : [];
  part(node, "facts").textContent = [sizeOf(file.size), ...pages].join(" · ");
  return node;
}

function chip(file, opens) {
  const node = named(clone("sent-file"), file);
  if (opens) node.addEventListener("click", () => preview(file));
  else node.setAttribute("disabled", "");
  return node;
}
