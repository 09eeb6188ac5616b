// A change to a file, as the lines that come and go.
import { isOutcome } from "../../models/pairs.js";
import { isObject, isText } from "../../models/shapes.js";
import { writtenSections } from "../../models/written.js";
import { StepView } from "./step.js";

export class PatchView extends StepView {
  sections(item, { outcome }) {
    if (isOutcome(item)) return writtenSections("sectionOutput", item.output);
    const { path, diff } = isObject(item.operation) ? item.operation : {};
    return [
      isText(path) && { kind: "text", label: "sectionFile", text: path },
      isText(diff) && diff && { kind: "diff", label: "sectionChange", text: diff },
      ...writtenSections("sectionOutput", outcome?.output),
    ];
  }
}
