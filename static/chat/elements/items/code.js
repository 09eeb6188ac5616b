// Code that the provider ran: the code, what it wrote, and the pictures it drew, which stay in sight.
import { message } from "../../messages.js";
import { safeLink } from "../../models/links.js";
import { resultImages } from "../../models/images.js";
import { whyNotKept } from "../../models/made.js";
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
    const lost = asList(outputs).filter((output) => output?.not_kept);
    const why = lost.map(({ not_kept: reason }) => message(whyNotKept(reason))).join("\n");
    return [
      isText(code) && code && { kind: "code", label: "sectionCode", text: code, language: "python", final: status === "completed" },
      ...writtenSections("sectionOutput", logs),
      why && { kind: "text", label: "pictureNotKept", text: why },
      elsewhere.length && { kind: "list", label: "sectionPictures", entries: elsewhere },
    ];
  }

  update(item, context) {
    super.update(item, context);
    const images = resultImages(item).map((image) => ({ ...image, alt: message("pictureOfCode") }));
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
