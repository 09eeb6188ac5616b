// Calls of functions and of tools whose input is free text, each with its result.
import { isOutcome } from "../../models/pairs.js";
import { writtenSections } from "../../models/written.js";
import { StepView } from "./step.js";

export class CallView extends StepView {
  sections(item, { outcome }) {
    if (isOutcome(item)) return writtenSections("sectionOutput", item.output);
    const final = item.status !== "in_progress";
    return [
      ...writtenSections("sectionInput", item.arguments ?? item.input, final),
      ...writtenSections("sectionOutput", outcome?.output),
    ];
  }
}
