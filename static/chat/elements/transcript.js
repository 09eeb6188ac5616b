// The path shown, as a list of turns. The same for the chat and for those who review.
import { isRunning } from "../models/status.js";
import { AnswerView } from "./answer.js";
import { CompactionView } from "./compaction.js";
import { clone } from "./dom.js";
import { QuestionView } from "./question.js";

class TurnView {
  constructor(id, actions) {
    this.id = id;
    this.turn = null;
    this.node = clone("turn");
    this.question = new QuestionView(actions);
    this.answer = new AnswerView(actions);
    this.compaction = new CompactionView(this.node, actions);
    this.node.append(this.question.node, this.answer.node);
  }

  /** @param {import("../models/conversation.js").Turn} turn */
  update(turn) {
    this.id = turn.id;
    this.turn = turn;
    this.node.dataset.response = turn.id;
    this.question.update(turn);
    this.answer.update(turn);
    this.compaction.update(turn);
  }

  /** Draws what passes with time: elapsed seconds, a lost connection. */
  tick() {
    if (this.turn.pending || isRunning(this.turn.response)) this.update(this.turn);
  }

  remove() {
    const stretch = this.node.parentElement;
    this.node.remove();
    if (!stretch.childElementCount) stretch.remove();
  }
}

/**
 * Turns that belong to one act of asking stand in one stretch, which has room for them to grow
 * into: a question with its answer, what was queued behind it, what went on from it.
 */
export class Transcript {
  /** @param {HTMLElement} root @param {import("./actions.js").Actions} actions */
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.turns = /** @type {TurnView[]} */ ([]);
  }

  /** @param {import("../models/conversation.js").Turn[]} path shown from now on */
  show(path) {
    const same = path.findIndex((turn, index) => this.turns[index]?.id !== turn.id);
    const kept = same < 0 ? path.length : same;
    for (const view of this.turns.splice(kept)) view.remove();
    this.turns.push(...path.slice(kept).map(({ id }) => new TurnView(id, this.actions)));
    path.forEach((turn, index) => this.turns[index].update(turn));
    this.root.append(...this.#stretches(this.turns.slice(kept)));
    const last = this.turns.findLast(({ turn }) => !turn.queued);
    this.turns.forEach((view) => view.node.classList.toggle("last", view === last));
  }

  /** @returns {HTMLElement[]} the new stretches that these turns begin; others join the last one */
  #stretches(views) {
    const stretches = [];
    for (const { turn, node } of views) {
      const present = stretches.at(-1) ?? this.root.lastElementChild;
      const joins = present && (turn.queued || turn.response.continues);
      if (!joins) stretches.push(clone("stretch"));
      (joins ? present : stretches.at(-1)).append(node);
    }
    return stretches;
  }

  /** The turn sent under this key is stored under this id now. @param {string} key @param {string} id */
  rename(key, id) {
    const view = this.view(key);
    if (view) view.id = id;
  }

  /** @param {import("../models/conversation.js").Turn} turn draws it again, if it is shown */
  update(turn) {
    this.view(turn.id)?.update(turn);
  }

  /** @param {string} id @returns {TurnView | undefined} */
  view(id) {
    return this.turns.find((view) => view.id === id);
  }

  /** @returns {TurnView | undefined} */
  get last() {
    return this.turns.at(-1);
  }

  tick() {
    for (const view of this.turns) view.tick();
  }
}
