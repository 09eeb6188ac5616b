// What a message cites: a list below it, and a card that opens from a number in the text.
import { message } from "../messages.js";
import { whyNotKept } from "../models/made.js";
import { passagesOf } from "../models/passages.js";
import { clone, part, setText } from "./dom.js";
import { preview } from "./file-preview.js";
import { placeAt } from "./place-at.js";

/** So many are shown without asking; of more, their number. */
const FEW = 6;

export class SourceList {
  /** @param {HTMLDetailsElement} root */
  constructor(root) {
    this.root = root;
    this.touched = false;
    this.key = "";
    root.querySelector("summary").addEventListener("click", () => (this.touched = true));
  }

  /** @param {import("../models/citations.js").Source[]} sources @param {object[]} items */
  update(sources, items) {
    this.root.hidden = sources.length === 0;
    const key = JSON.stringify(
      sources.map(({ url, title, fileUrl, notKept }) => [url, title, fileUrl, notKept]),
    );
    if (this.key === key) return;
    this.key = key;
    setText(part(this.root, "count"), message("sources", { count: sources.length }));
    part(this.root, "list").replaceChildren(...sources.map((source) => entry(source, items)));
    if (!this.touched) this.root.open = sources.length <= FEW;
  }
}

function entry(source, items) {
  const node = clone("source");
  const link = part(node, "link");
  const file = part(node, "file");
  if (source.url || source.fileUrl) {
    leadTo(link, source);
    link.textContent = titleOf(source);
    file.remove();
  } else {
    file.textContent = titleOf(source);
    file.addEventListener("click", () => showSource(file, source, items));
    link.remove();
  }
  part(node, "host").textContent = hostOf(source);
  return node;
}

/** A page opens apart; a file of ours is saved. */
function leadTo(link, { url, fileUrl, title }) {
  link.href = url || fileUrl;
  if (url) return;
  link.removeAttribute("target");
  link.download = title;
}

const titleOf = ({ title }) => title || message("sourceFile");

const hostOf = ({ host, notKept }) => (notKept ? message(whyNotKept(notKept)) : host);

/**
 * @param {HTMLElement} anchor what was pressed
 * @param {import("../models/citations.js").Source} source @param {object[]} items
 */
export function showSource(anchor, source, items) {
  const card = clone("source-card");
  part(card, "title").textContent = titleOf(source);
  part(card, "host").textContent = hostOf(source) || message("sourceFile");
  const passages = passagesOf(items, source).map((text) => {
    const quote = document.createElement("blockquote");
    quote.dir = "auto";
    quote.textContent = text;
    return quote;
  });
  part(card, "passages").replaceChildren(...passages);
  const link = part(card, "link");
  link.hidden = !source.url;
  if (source.url) link.href = source.url;
  const saving = part(card, "download");
  saving.hidden = !source.fileUrl;
  if (source.fileUrl) leadTo(saving, source);
  const open = part(card, "open");
  open.hidden = !source.attachmentId;
  open.addEventListener("click", () => {
    card.hidePopover();
    preview({ file_id: source.attachmentId, filename: source.title });
  });
  card.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    if (card.contains(document.activeElement) || document.activeElement === document.body)
      anchor.focus({ preventScroll: true });
    card.remove();
  });
  anchor.after(card);
  card.showPopover();
  placeAt(anchor, card);
  card.focus();
}
