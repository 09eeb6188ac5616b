// Thoughts: open while they are being thought, then folded, unless the reader decided otherwise.
import { message } from "../../messages.js";
import { reasoningText } from "../../models/items.js";
import { MarkdownView } from "../../render/markdown-view.js";
import { clone, part, setText } from "../dom.js";

export class ReasoningView {
  constructor() {
    this.node = clone("reasoning");
    this.view = new MarkdownView(part(this.node, "text"));
    this.touched = false;
    this.node.querySelector("summary").addEventListener("click", () => (this.touched = true));
  }

  get isOpened() {
    return this.touched && this.node.open;
  }

  update(item, context) {
    const { streaming } = context;
    const text = reasoningText(item);
    this.node.hidden = !text;
    this.view.update(text, !streaming);
    if (!this.touched) this.node.open = streaming;
    this.node.classList.toggle("streaming", streaming);
    this.node.classList.toggle("full", streaming && this.#overflows());
    setText(part(this.node, "label"), this.#label(context));
  }

  #overflows() {
    const { scrollHeight, clientHeight } = part(this.node, "window");
    return scrollHeight > clientHeight;
  }

  #label({ streaming, elapsed, thoughtFor }) {
    if (streaming) return message(elapsed >= 2 ? "thinkingFor" : "thinking", { seconds: elapsed });
    return thoughtFor ? message("thoughtFor", { seconds: thoughtFor }) : message("thought");
  }
}
