// The path shown, as a list of turns. The same for the chat and for those who review.
import { isRunning } from "../models/status.js";
import { AnswerView } from "./answer.js";
import { CompactionView } from "./compaction.js";
import { clone, setChildren } from "./dom.js";
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
    const known = new Map(this.turns.map((view) => [view.id, view]));
    const ids = new Set(path.map(({ id }) => id));
    for (const view of this.turns) if (!ids.has(view.id)) view.remove();
    this.turns = path.map(({ id }) => known.get(id) ?? new TurnView(id, this.actions));
    path.forEach((turn, index) => this.turns[index].update(turn));
    setChildren(this.root, this.#stretches());
    const last = this.turns.findLast(({ turn }) => !turn.queued);
    this.turns.forEach((view) => view.node.classList.toggle("last", view === last));
  }

  /** @returns {HTMLElement[]} the stretches that the turns stand in, each with its turns */
  #stretches() {
    const stretches = /** @type {Map<HTMLElement, HTMLElement[]>} */ (new Map());
    let present = null;
    for (const { turn, node } of this.turns) {
      const joins = present && (turn.queued || turn.response.continues);
      if (!joins) present = this.#stretchOf(node, stretches);
      stretches.set(present, [...(stretches.get(present) ?? []), node]);
    }
    for (const [stretch, nodes] of stretches) setChildren(stretch, nodes);
    return [...stretches.keys()];
  }

  /** The one that begins with this turn, unless another one has begun with it by now. */
  #stretchOf(node, taken) {
    const own = node.parentElement;
    return own && own.firstElementChild === node && !taken.has(own) ? own : clone("stretch");
  }

  /** @param {string | null} parent @returns {TurnView | undefined} what follows it where it is shown */
  below(parent) {
    return this.turns.find(({ turn }) => (turn.response.previous_response_id ?? null) === parent);
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
