// Calls of functions and of tools whose input is free text, each with its result.
import { message } from "../../messages.js";
import { findsOf, soughtBy } from "../../models/finds.js";
import { isOutcome } from "../../models/pairs.js";
import { writtenSections } from "../../models/written.js";
import { StepView } from "./step.js";

export class CallView extends StepView {
  sections(item, { outcome }) {
    if (isOutcome(item)) return writtenSections("sectionOutput", item.output);
    const final = item.status !== "in_progress";
    const sought = soughtBy(item);
    const found = findsOf(item, outcome?.output);
    return [
      ...(sought
        ? [{ kind: "list", label: "sectionQueries", entries: [{ title: sought }] }]
        : writtenSections("sectionInput", item.arguments ?? item.input, final)),
      ...(found.length
        ? [{ kind: "list", label: "sectionPassages", entries: found.map(entry) }]
        : writtenSections("sectionOutput", outcome?.output)),
    ];
  }
}

/** @param {import("../../models/finds.js").Find} find */
function entry({ title, text, url, date, page, passage, of }) {
  const place = [
    date,
    page && message("pageNumber", { page }),
    passage && message("passageNumber", { passage, of }),
  ];
  return { title, text, url, note: place.filter(Boolean).join(" · ") };
}
