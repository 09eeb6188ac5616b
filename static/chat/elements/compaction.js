// Where a branch goes on from a conversation compacted: a card that opens to the summary, and leads
// to the original, which stays whole on its own branch.
import { isCompaction, isSealed } from "../models/compaction.js";
import { isRunning } from "../models/status.js";
import { clone, onAction, part } from "./dom.js";
import { showSiblings } from "./siblings.js";

export class CompactionView {
  /** @param {HTMLElement} turn @param {import("./actions.js").Actions} actions */
  constructor(turn, actions) {
    this.turn = turn;
    this.actions = actions;
    this.card = /** @type {HTMLElement | null} */ (null);
    this.original = /** @type {string | null} */ (null);
    this.isOpen = false;
  }

  /** What the answer is made of, which is the summary here. */
  get items() {
    return part(this.turn, "items");
  }

  /** @param {import("../models/conversation.js").Turn} turn */
  update({ response, pending, questions }) {
    if (!isCompaction(response)) return;
    this.card ??= this.#build();
    this.items.hidden = !this.isOpen;
    this.original = response.compacts ?? null;
    const isWriting = pending || isRunning(response);
    part(this.card, "original").hidden = isWriting || !this.original;
    part(this.card, "sealed").hidden = !isSealed(response);
    part(this.card, "summary").hidden = !response.output?.length;
    showSiblings(part(this.card, "siblings"), questions, this.actions, null);
  }

  #build() {
    const card = clone("compaction");
    this.turn.classList.add("compacted");
    this.turn.prepend(card);
    this.items.classList.add("compaction-body");
    onAction(card, "toggle", (event) => this.#toggle(event.currentTarget));
    onAction(card, "original", () => this.actions.select(this.original));
    return card;
  }

  #toggle(button) {
    this.isOpen = !this.isOpen;
    button.setAttribute("aria-expanded", String(this.isOpen));
    this.items.hidden = !this.isOpen;
  }
}
