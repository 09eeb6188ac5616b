// The provider asks whether it may use a tool of another server: everything that would be sent is
// readable before anybody says yes.
import { message } from "../../messages.js";
import { isOutcome } from "../../models/pairs.js";
import { writtenSections } from "../../models/written.js";
import { clone, onAction, part, setText } from "../dom.js";
import { Sections } from "./sections.js";

export class ApprovalView {
  constructor() {
    this.node = clone("approval");
    this.sections = new Sections(part(this.node, "body"));
    onAction(this.node, "allow", () => this.#answer(true));
    onAction(this.node, "deny", () => this.#answer(false));
  }

  /** @param {object} item @param {import("./context.js").Context} context */
  update(item, { outcome, approve }) {
    this.item = item;
    this.approve = approve;
    const answer = isOutcome(item) ? item : outcome;
    const asked = !isOutcome(item);
    setText(part(this.node, "name"), asked ? (item.name ?? "") : "");
    setText(part(this.node, "server"), asked ? (item.server_label ?? "") : "");
    part(this.node, "asked").hidden = !asked;
    this.sections.update(writtenSections("sectionInput", asked ? item.arguments : null));
    part(this.node, "actions").hidden = !asked || Boolean(answer) || !approve;
    const words = part(this.node, "answer");
    words.hidden = !answer;
    setText(words, answer ? message(answer.approve ? "approved" : "denied") : "");
  }

  #answer(allowed) {
    part(this.node, "actions").hidden = true;
    this.approve(this.item.id, allowed);
  }
}
