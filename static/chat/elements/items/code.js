// Code that the provider ran: the code, what it wrote, and the pictures it drew, which stay in sight.
import { message } from "../../messages.js";
import { safeLink } from "../../models/links.js";
import { resultImages } from "../../models/images.js";
import { isOutcome } from "../../models/pairs.js";
import { asList, isText } from "../../models/shapes.js";
import { writtenSections } from "../../models/written.js";
import { clone, part } from "../dom.js";
import { Sections } from "./sections.js";
import { StepView } from "./step.js";

export class CodeInterpreterView extends StepView {
  constructor() {
    super();
    this.node = clone("step-with-pictures");
    this.node.prepend(this.details);
    this.pictures = new Sections(part(this.node, "pictures"));
  }

  sections({ code, outputs, status }) {
    const logs = asList(outputs)
      .filter((output) => output?.type === "logs" && isText(output.logs))
      .map(({ logs: text }) => text)
      .join("\n");
    const elsewhere = asList(outputs)
      .filter((output) => output?.type === "image" && safeLink(output.url ?? ""))
      .map(({ url }) => ({ title: url, url }));
    return [
      isText(code) && code && { kind: "code", label: "sectionCode", text: code, language: "python", final: status === "completed" },
      ...writtenSections("sectionOutput", logs),
      elsewhere.length && { kind: "list", label: "sectionPictures", entries: elsewhere },
    ];
  }

  update(item, context) {
    super.update(item, context);
    const images = resultImages(item).map((url) => ({ url, alt: message("pictureOfCode") }));
    this.pictures.update(images.length ? [{ kind: "images", images }] : []);
  }
}

/** A program with which the model called several tools at once. */
export class ProgramView extends StepView {
  sections(item, { outcome }) {
    if (isOutcome(item)) return writtenSections("sectionOutput", item.result);
    return [
      isText(item.code) && { kind: "code", label: "sectionCode", text: item.code, language: "javascript" },
      ...writtenSections("sectionOutput", outcome?.result),
    ];
  }
}
