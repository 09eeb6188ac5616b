// Where the provider made room: what was said before is known to it in short from here on.
import { message } from "../../messages.js";
import { clone, part, setText } from "../dom.js";

export class CompactionView {
  constructor() {
    this.node = clone("compacted");
  }

  update({ status }) {
    const name = status === "compacting" || status === "in_progress" ? "compacting" : "compacted";
    setText(part(this.node, "label"), message(name));
  }
}
