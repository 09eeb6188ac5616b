// Below a message that waits for its turn: that it does, and what can be done with it till then.
import { message } from "../messages.js";
import { onAction, part, setText } from "./dom.js";

export class QueuedLine {
  /**
   * @param {HTMLElement} node
   * @param {{edit: () => void, withdraw: () => void,
   *   sending?: import("./actions.js").Actions["sending"]}} actions
   */
  constructor(node, actions) {
    this.node = node;
    this.actions = actions;
    onAction(node, "amend", () => actions.edit());
    onAction(node, "withdraw-queued", () => actions.withdraw());
  }

  get editButton() {
    return part(this.node, "amend");
  }

  /**
   * @param {import("../models/conversation.js").Turn} turn
   * @param {boolean} canChange false for those who only read
   */
  update(turn, canChange) {
    this.node.hidden = !turn.queued;
    if (this.node.hidden) return;
    const state = turn.pending ? this.actions.sending(turn.id) : "held";
    setText(part(this.node, "queued-state"), message(state === "held" ? "queued" : state));
    // What has just left is neither here nor there: in a moment it is.
    part(this.node, "queued-actions").hidden = !canChange || state === "sending";
  }
}
