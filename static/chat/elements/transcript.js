// The path shown, as a list of turns. The same for the chat and for those who review.
import { AnswerView } from "./answer.js";
import { clone } from "./dom.js";
import { QuestionView } from "./question.js";

class TurnView {
  constructor(id, actions) {
    this.id = id;
    this.node = clone("turn");
    this.question = new QuestionView(actions);
    this.answer = new AnswerView(actions);
    this.node.append(this.question.node, this.answer.node);
  }

  update(turn) {
    this.id = turn.id;
    this.node.dataset.response = turn.id;
    this.question.update(turn);
    this.answer.update(turn);
  }
}

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
    for (const view of this.turns.splice(kept)) view.node.remove();
    this.turns.push(...path.slice(kept).map(({ id }) => new TurnView(id, this.actions)));
    path.forEach((turn, index) => this.turns[index].update(turn));
    this.root.append(...this.turns.slice(kept).map(({ node }) => node));
    this.turns.forEach(({ node }, index) =>
      node.classList.toggle("last", index === path.length - 1),
    );
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
    this.last?.answer.tick();
  }
}
