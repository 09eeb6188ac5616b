// Changes to messages that wait for their turn, until the server is seen to have made them. It
// acknowledges none: its state says what became of each.
import { filesOf, framed, inputOf, sameFiles } from "./files.js";
import { questionText } from "./items.js";

/**
 * @typedef {object} Change
 * @property {string} id
 * @property {string} conversation
 * @property {string | null} text null: it is withdrawn
 * @property {import("./files.js").FilePart[]} [files]
 * @property {string} [said] what a withdrawn message said
 */

export class Amendments {
  constructor() {
    this.wanted = /** @type {Map<string, Change>} */ (new Map());
  }

  /** @returns {Change[]} */
  get all() {
    return [...this.wanted.values()];
  }

  /** @param {Change} change in place of an earlier one of the same message */
  want(change) {
    this.wanted.set(change.id, change);
  }

  /** @param {string} id @returns {Change | undefined} what was wanted, and is no longer */
  take(id) {
    const change = this.wanted.get(id);
    this.wanted.delete(id);
    return change;
  }

  /**
   * What was loaded may be older than a change that is on its way: that is shown again.
   * @param {import("./conversation.js").Conversation} conversation just loaded
   * @returns {Change[]} those that came too late
   */
  reconcile(conversation) {
    const ours = this.all.filter((change) => change.conversation === conversation.id);
    return ours.filter((change) => this.#isLate(change, conversation));
  }

  #isLate({ id, text, files = [] }, conversation) {
    const isThere = conversation.exists(id);
    if (isThere && !conversation.has(id)) return false; // on another branch: nothing is known of it
    const waits = conversation.waiting.has(id);
    const isDone = text === null ? !isThere : waits && isSaid(text, files, conversation.response(id));
    if (isDone || !waits) this.wanted.delete(id);
    else if (text === null) conversation.withdraw(id);
    else conversation.amend(id, inputOf(text, files));
    return !isDone && !waits;
  }
}

const isSaid = (text, files, { input }) =>
  text === questionText(input) && sameFiles(files, filesOf(input));

/** @param {Change} change @returns {object} the frame that asks for it */
export function frameOf({ id, text, files = [] }) {
  if (text === null) return { type: "response.delete", response_id: id };
  return { type: "response.update", response_id: id, input: framed(inputOf(text, files)) };
}
