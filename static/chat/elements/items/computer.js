// Acts on a screen, one a line, and the picture of it afterwards, which opens large.
import { message } from "../../messages.js";
import { imageSource } from "../../models/images.js";
import { isOutcome } from "../../models/pairs.js";
import { asList, isObject } from "../../models/shapes.js";
import { StepView } from "./step.js";

export class ComputerView extends StepView {
  sections(item, { outcome }) {
    const acts = asList(item.actions).length ? item.actions : [item.action];
    const checks = asList(item.pending_safety_checks).filter(isObject);
    return [
      acts.some(isObject) && {
        kind: "list",
        label: "sectionActions",
        entries: acts.filter(isObject).map(act),
      },
      checks.length && { kind: "list", label: "sectionChecks", entries: checks.map(check) },
      ...screen(isOutcome(item) ? item : outcome),
    ];
  }
}

/** An act's own words are the API's: its type, then what it is done with. */
function act({ type, ...rest }) {
  const values = Object.entries(rest).filter(([, value]) => value != null);
  const note = values.map(([key, value]) => `${key} ${shown(value)}`).join(" · ");
  return { title: String(type ?? ""), note };
}

const shown = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
const check = ({ code, message: words, id }) => ({ title: words ?? code ?? id ?? "" });

function screen(item) {
  const url = imageSource(item?.output?.image_url);
  return url
    ? [{ kind: "images", label: "sectionScreen", images: [{ url, alt: message("pictureOfScreen") }] }]
    : [];
}
