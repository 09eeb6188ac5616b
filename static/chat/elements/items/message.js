// A message: its texts and refusals, with numbers where it cites something, and below the sources.
import { Sources } from "../../models/citations.js";
import { isStructured, parsed } from "../../models/structured.js";
import { MarkdownView } from "../../render/markdown-view.js";
import { clone, part, setChildren, setText } from "../dom.js";
import { JsonView } from "../json-view.js";
import { showSource, SourceList } from "../sources.js";

class TextPart {
  constructor() {
    this.node = document.createElement("div");
    this.node.className = "prose";
    this.view = new MarkdownView(this.node);
  }

  update(content, { streaming, isCut }, sources) {
    const text = content.text ?? "";
    this.view.update(sources.mark(text, content.annotations), !streaming, isCut);
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

/** What was asked for as JSON: code while it comes, then a tree. */
class StructuredPart {
  constructor() {
    this.view = new JsonView();
    this.node = this.view.node;
  }

  update(content, { streaming }) {
    this.view.update(content.text ?? "", streaming ? undefined : parsed(content.text));
  }
}

function kindOf(content, { format, streaming }) {
  if (content.type === "refusal") return RefusalPart;
  return isStructured(content.text, format, streaming) ? StructuredPart : TextPart;
}

export class MessageView {
  constructor() {
    this.node = clone("answer-message");
    this.parts = [];
    this.list = new SourceList(part(this.node, "sources"));
    this.node.addEventListener("click", (event) => this.#openSource(event));
  }

  update(item, context) {
    this.context = { ...context, isCut: item.status === "incomplete" };
    this.sources = new Sources();
    const contents =
      typeof item.content === "string" ? [{ text: item.content }] : (item.content ?? []);
    contents.forEach((content, index) => {
      const Kind = kindOf(content, this.context);
      if (!(this.parts[index] instanceof Kind)) this.parts[index] = new Kind();
      this.parts[index].update(content, this.context, this.sources);
    });
    this.parts.length = contents.length;
    setChildren(
      part(this.node, "contents"),
      this.parts.map(({ node }) => node),
    );
    this.list.update(this.sources.all, context.items);
  }

  #openSource({ target }) {
    const chip = target.closest("button.cite");
    const source = chip && this.sources.all[Number(chip.textContent) - 1];
    if (source) showSource(chip, source, this.context.items);
  }
}

