// Tools that were used one after the other: one line once the text of the answer has begun.
import { message } from "../../messages.js";
import { clone, part, setChildren, setText } from "../dom.js";

export class GroupView {
  constructor() {
    this.node = clone("step-group");
  }

  /** @param {{node: HTMLElement, isOpened?: boolean}[]} views of what belongs to it @param {number} count */
  update(views, count) {
    // Made while somebody reads one of them: that must not close under their eyes.
    const reads = !part(this.node, "steps").childElementCount && views.some((view) => view.isOpened);
    setText(part(this.node, "label"), message("usedTools", { count }));
    setChildren(
      part(this.node, "steps"),
      views.map(({ node }) => node),
    );
    if (reads) this.node.open = true;
  }
}
