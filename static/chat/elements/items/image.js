// A picture the model draws: what there is of it so far, then the picture, which opens large.
import { message } from "../../messages.js";
import { dimensions, imageFrom } from "../../models/images.js";
import { madeAddress, partialAddress, whyNotKept } from "../../models/made.js";
import { stateOf } from "../../models/steps.js";
import { clone, part, setText } from "../dom.js";
import { picture, showPicture } from "../lightbox.js";

export class ImageView {
  constructor() {
    this.node = clone("drawn");
    this.drawing = { of: null, url: null };
  }

  update(item) {
    this.item = item;
    const whole = this.#kept(item.file) ?? imageFrom(item.result, item.output_format);
    const soFar = partialAddress(item.partial_image_id);
    const url = whole ?? soFar ?? imageFrom(item.partial_image_b64, item.output_format);
    const alt = item.revised_prompt || message("pictureWithoutWords");
    const state = stateOf(item);
    const isWhole = Boolean(whole ?? madeAddress(item.file)) && state !== "incomplete";
    this.#show(url, alt, item);
    this.node.classList.toggle("partial", Boolean(url) && !whole && state === "running");
    const words = part(this.node, "state");
    words.hidden = isWhole;
    setText(words, isWhole ? "" : this.#words(item, state, url));
    const caption = part(this.node, "caption");
    caption.hidden = !whole || !item.revised_prompt;
    setText(caption, caption.hidden ? "" : item.revised_prompt);
  }

  /** What an <img> may show of a file: of a drawing in SVG, which is served as text, a copy. */
  #kept(file) {
    const url = madeAddress(file);
    if (!url || file.type === "input_image") return url;
    if (this.drawing.of !== url) {
      this.drawing = { of: url, url: null };
      this.#load(this.drawing);
    }
    return this.drawing.url;
  }

  async #load(drawing) {
    // What can't be had stands there as any picture that can't: by its words.
    drawing.url = (await drawingAt(drawing.of).catch(() => null)) ?? drawing.of;
    this.update(this.item);
  }

  #show(url, alt, { size, file }) {
    const frame = part(this.node, "frame");
    frame.hidden = !url;
    if (!url) return;
    if (!frame.firstElementChild) frame.append(picture(url, alt));
    // Kept free while the picture comes: nothing below it moves.
    const [width, height] = dimensions(size) ?? [file?.width, file?.height];
    if (width) frame.style.setProperty("--shape", `${width} / ${height}`);
    showPicture(frame.firstElementChild, url, alt, file?.filename);
  }

  #words({ error, not_kept: reason }, state, url) {
    if (reason) return `${message("pictureNotKept")} ${message(whyNotKept(reason))}`;
    if (state === "failed")
      return [message("notDrawn"), error?.message].filter(Boolean).join(" ");
    if (state === "running") return message("drawing");
    return message(url ? "drawnInPart" : "notDrawn");
  }
}

async function drawingAt(url) {
  const answer = await fetch(url);
  if (!answer.ok) return null;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return imageFrom(btoa(letters), "svg");
}
