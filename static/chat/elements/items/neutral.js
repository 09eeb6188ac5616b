// A kind of item that this page does not know: a card that hides nothing.
import { StepView } from "./step.js";

export class NeutralView extends StepView {
  constructor() {
    super();
    this.details.classList.add("neutral");
  }

  fallback({ type }) {
    const label = { name: "unknownItem", values: { type: type ?? "" } };
    return { icon: "item", doing: label, done: label };
  }

  sections(item) {
    return [{ kind: "code", text: JSON.stringify(item, null, 2), language: "json" }];
  }
}
