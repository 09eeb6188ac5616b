// The pieces of an answer: one view for each kind of output item. A view is made once and then
// updated; what the reader opened stays open.
import { message } from "../messages.js";
import { citations, reasoningText } from "../models/items.js";
import { safeLink } from "../models/links.js";
import { MarkdownView } from "../render/markdown-view.js";
import { clone, part, setChildren, setText } from "./dom.js";

/**
 * @typedef {{streaming: boolean, elapsed: number, thoughtFor: number | null}} Context seconds since
 *   the answer began, and seconds of thinking once that is over
 */

class TextPart {
  constructor() {
    this.node = document.createElement("div");
    this.node.className = "prose";
    this.view = new MarkdownView(this.node);
  }

  update(content, streaming) {
    this.view.update(content.text ?? "", !streaming);
  }
}

class RefusalPart {
  constructor() {
    this.node = clone("refusal");
  }

  update(content) {
    setText(part(this.node, "text"), content.refusal ?? content.text ?? "");
  }
}

/** A message: its texts and refusals, then the pages it cites. */
class MessageView {
  constructor() {
    this.node = clone("answer-message");
    this.parts = [];
  }

  update(item, { streaming }) {
    const contents =
      typeof item.content === "string" ? [{ text: item.content }] : (item.content ?? []);
    contents.forEach((content, index) => {
      const Kind = content.type === "refusal" ? RefusalPart : TextPart;
      if (!(this.parts[index] instanceof Kind)) this.parts[index] = new Kind();
      this.parts[index].update(content, streaming);
    });
    this.parts.length = contents.length;
    setChildren(
      part(this.node, "contents"),
      this.parts.map(({ node }) => node),
    );
    this.#showSources(contents.flatMap((content) => content.annotations ?? []));
  }

  #showSources(annotations) {
    const pages = citations(annotations).filter(({ url }) => safeLink(url));
    const list = part(this.node, "sources");
    list.hidden = pages.length === 0;
    if (part(list, "list").childElementCount === pages.length) return;
    part(list, "list").replaceChildren(...pages.map(source));
  }
}

function source({ url, title }) {
  const node = clone("source");
  const link = node.querySelector("a");
  link.href = url;
  link.textContent = title;
  part(node, "host").textContent = new URL(url).host;
  return node;
}

/** Open while it is being thought, then folded, unless the reader decided otherwise. */
class ReasoningView {
  constructor() {
    this.node = clone("reasoning");
    this.view = new MarkdownView(part(this.node, "text"));
    this.touched = false;
    this.node.querySelector("summary").addEventListener("click", () => (this.touched = true));
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

const CALL_LABELS = { function_call: "functionCall", function_call_output: "functionResult" };

/** Tool calls and kinds of items this page does not know: a card that hides nothing. */
class CardView {
  constructor() {
    this.node = clone("item-card");
  }

  update(item) {
    const label = CALL_LABELS[item.type] ?? "unknownItem";
    setText(
      part(this.node, "label"),
      message(label, { name: item.name ?? "", type: item.type ?? "" }),
    );
    setText(part(this.node, "json"), readable(item));
  }
}

/** Arguments are JSON inside a string: shown as what they are, where they are whole. */
function readable(item) {
  if (typeof item.arguments !== "string") return JSON.stringify(item, null, 2);
  try {
    return JSON.stringify(JSON.parse(item.arguments), null, 2);
  } catch {
    return item.arguments; // still arriving, or not JSON at all
  }
}

const VIEWS = { message: MessageView, reasoning: ReasoningView };

/** @param {object} item @returns the class of view that shows it */
export const viewFor = (item) => VIEWS[item.type] ?? CardView;
