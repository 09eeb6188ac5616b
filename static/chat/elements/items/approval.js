// The provider asks whether it may use a tool of another server: everything that would be sent is
// readable before anybody says yes.
import { message, toolLabel } from "../../messages.js";
import { isOutcome } from "../../models/pairs.js";
import { writtenSections } from "../../models/written.js";
import { clone, onAction, part, setText } from "../dom.js";
import { Sections } from "./sections.js";

const WILL = { once: "willAllow", always: "willAllowAlways", deny: "willDeny" };

export class ApprovalView {
  constructor() {
    this.node = clone("approval");
    this.sections = new Sections(part(this.node, "body"));
    onAction(this.node, "allow", () => this.approvals.decide(this.item, "once"));
    onAction(this.node, "always", () => this.approvals.decide(this.item, "always"));
    onAction(this.node, "deny", () => this.approvals.decide(this.item, "deny"));
    onAction(this.node, "change", () => this.approvals.takeBack(this.item));
  }

  /** @param {object} item @param {import("./context.js").Context} context */
  update(item, { outcome, approvals }) {
    this.item = item;
    this.approvals = approvals;
    const asked = !isOutcome(item);
    part(this.node, "asked").hidden = !asked;
    part(this.node, "what").hidden = !asked;
    const own = item.server_label ? null : toolLabel(item.name);
    setText(part(this.node, "name"), asked ? (own ?? item.name ?? "") : "");
    setText(part(this.node, "server"), asked ? (item.server_label ?? "") : "");
    part(this.node, "where").hidden = !item.server_label;
    this.sections.update(writtenSections("sectionInput", asked ? item.arguments : null));
    this.#showDecision(isOutcome(item) ? item : outcome);
  }

  /** @param {object | null} outcome what the answer itself says of it */
  #showDecision(outcome) {
    const { approvals, item } = this;
    const approved = outcome ? outcome.approve === true : approvals?.decisions.get(item.id);
    const isOpen = approved === undefined && Boolean(approvals?.isOpen);
    const verdict = isOpen ? approvals.verdict(item) : null;
    part(this.node, "actions").hidden = !isOpen || verdict !== null;
    part(this.node, "change").hidden = verdict === null;
    setText(part(this.node, "words"), message(this.#words(approved, verdict)));
    part(this.node, "answer").hidden = isOpen && verdict === null;
    this.node.classList.toggle("open", isOpen);
  }

  #words(approved, verdict) {
    if (verdict) return WILL[verdict];
    if (approved === undefined) return this.approvals?.isRunning ? "notYetDecided" : "undecided";
    if (!approved) return "denied";
    return this.approvals?.isAllowed(this.item) ? "approvedAlways" : "approved";
  }
}
