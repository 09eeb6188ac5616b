// A picture the model draws: what there is of it so far, then the picture, which opens large.
import { message } from "../../messages.js";
import { dimensions, imageFrom } from "../../models/images.js";
import { stateOf } from "../../models/steps.js";
import { clone, part, setText } from "../dom.js";
import { picture, showPicture } from "../lightbox.js";

export class ImageView {
  constructor() {
    this.node = clone("drawn");
    this.url = null;
  }

  update(item) {
    const whole = imageFrom(item.result, item.output_format);
    const url = whole ?? imageFrom(item.partial_image_b64, item.output_format);
    const alt = item.revised_prompt || message("pictureWithoutWords");
    const state = stateOf(item);
    this.#show(url, alt, item.size);
    this.node.classList.toggle("partial", Boolean(url) && !whole && state === "running");
    const words = part(this.node, "state");
    words.hidden = Boolean(whole);
    setText(words, whole ? "" : this.#words(item, state, url));
    const caption = part(this.node, "caption");
    caption.hidden = !whole || !item.revised_prompt;
    setText(caption, caption.hidden ? "" : item.revised_prompt);
  }

  #show(url, alt, size) {
    const frame = part(this.node, "frame");
    frame.hidden = !url;
    if (!url) return;
    if (!frame.firstElementChild) frame.append(picture(url, alt));
    // Kept free while the picture comes: nothing below it moves.
    const [width, height] = dimensions(size) ?? [];
    if (width) frame.style.setProperty("--shape", `${width} / ${height}`);
    showPicture(frame.firstElementChild, url, alt);
  }

  #words({ error }, state, url) {
    if (state === "failed")
      return [message("notDrawn"), error?.message].filter(Boolean).join(" ");
    if (state === "running") return message("drawing");
    return message(url ? "drawnInPart" : "notDrawn");
  }
}
