// Stored responses as the turns that a transcript shows, for pages that only read them.
import { decisionsIn, isDecision, toolsDecided } from "./approvals.js";
import { Tree } from "./tree.js";

export class Reading {
  /** @param {object[]} responses as the API writes them @param {string | null} [end] of the branch shown first */
  constructor(responses, end = null) {
    this.responses = new Map(responses.map((response) => [response.id, response]));
    this.tree = new Tree(responses);
    if (end && this.responses.has(end)) this.select(end);
  }

  /** @param {string} id shows the branch through this response */
  select(id) {
    this.tree.select(id);
  }

  /** @returns {import("./conversation.js").Turn[]} root first */
  path() {
    return this.tree.path().map((id) => this.#turn(id));
  }

  #turn(id) {
    const next = this.tree.next(id);
    const response = this.responses.get(id);
    return {
      id,
      response,
      pending: false,
      queued: response.waiting === true,
      last: next === null,
      continued: this.responses.get(next)?.continues === true,
      decisions: decisionsIn(this.responses.get(next)?.input),
      decided: isDecision(response)
        ? toolsDecided(response.input, this.responses.get(this.tree.parent(id))?.output)
        : null,
      questions: this.tree.questions(id),
      answers: this.tree.answers(id),
    };
  }
}
