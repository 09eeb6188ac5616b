// What is drawn of a turn: its question and its answer. With all that makes Markdown of a text it is
// the heaviest part of the page, which can be written on before it is there.
import { questionText } from "../models/items.js";
import { lastCode } from "../models/last-code.js";
import { AnswerView } from "./answer.js";
import { ColumnsView } from "./columns.js";
import { CompactionView } from "./compaction.js";
import { QuestionView } from "./question.js";

export class TurnContent {
  static lastCode = lastCode;

  /** @param {HTMLElement} node of the turn @param {import("./actions.js").Actions} actions */
  constructor(node, actions) {
    this.turn = null;
    this.question = new QuestionView(actions);
    this.answer = new AnswerView(actions);
    node.replaceChildren(this.question.node, this.answer.node);
    this.compaction = new CompactionView(node, actions);
    this.columns = new ColumnsView(node, actions);
  }

  /** @param {import("../models/conversation.js").Turn} turn */
  update(turn) {
    this.turn = turn;
    this.question.update(turn);
    this.answer.update(turn);
    this.compaction.update(turn);
    this.columns.update(turn);
    if (turn.columns) this.answer.node.hidden = true;
  }

  /** @returns {boolean} whether its question is being changed */
  get isChanging() {
    return this.question.form !== null;
  }

  /** Opens its question to be changed. */
  editQuestion() {
    this.question.edit(questionText(this.turn.response.input));
  }

  /** What its answer asks for is to be decided. */
  focusRequest() {
    this.answer.focusRequest();
  }
}
