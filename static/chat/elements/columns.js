// Answers of several models to one question, side by side until one is kept.
import { message } from "../messages.js";
import { isRunning } from "../models/status.js";
import { AnswerView } from "./answer.js";
import { clone, onAction, part, setChildren, setText } from "./dom.js";

const ALONE = { index: 0, count: 1, previous: null, next: null };

class ColumnView {
  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.node = clone("column");
    // What is asked again, or gone on with, is one answer: the one that is kept.
    this.answer = new AnswerView({ ...actions, retry: undefined, goOn: undefined, branches: undefined });
    part(this.node, "answer").append(this.answer.node);
    onAction(this.node, "keep", () => actions.keep(this.turn.id));
    onAction(this.node, "stop", () => actions.stop(this.turn.id));
  }

  /** @param {import("../models/conversation.js").Turn} turn @param {boolean} isShown gone on from */
  update(turn, isShown) {
    this.turn = turn;
    this.answer.update({ ...turn, answers: ALONE });
    const name = this.#model;
    setText(part(this.node, "model"), name);
    this.node.setAttribute("aria-label", name);
    this.node.classList.toggle("chosen", isShown);
    part(this.node, "chosen").hidden = !isShown;
    part(this.node, "stop").hidden = !isRunning(turn.response);
    part(this.node, "keep").hidden = !this.actions.keep;
    part(this.node, "keep").setAttribute("aria-label", message("keepThis", { model: name }));
  }

  get #model() {
    const { model_id: id, model } = this.turn.response;
    return this.actions.models?.find((one) => one.id === id)?.label ?? model ?? "";
  }
}

export class ColumnsView {
  /** @param {HTMLElement} turn @param {import("./actions.js").Actions} actions */
  constructor(turn, actions) {
    this.turn = turn;
    this.actions = actions;
    this.node = /** @type {HTMLElement | null} */ (null);
    this.views = /** @type {Map<string, ColumnView>} */ (new Map());
  }

  /** @param {import("../models/conversation.js").Turn} turn the one that is shown, with its columns */
  update({ id, columns, queued }) {
    if (this.node) this.node.hidden = !columns || queued;
    if (!columns || queued) return;
    this.node ??= this.turn.appendChild(clone("columns"));
    const views = new Map(columns.map((each) => [each.id, this.#view(each.id)]));
    this.views = views;
    for (const each of columns) views.get(each.id).update(each, each.id === id);
    this.node.dataset.count = String(columns.length);
    setChildren(this.node, [...views.values()].map(({ node }) => node));
  }

  #view(id) {
    return this.views.get(id) ?? new ColumnView(this.actions);
  }
}
