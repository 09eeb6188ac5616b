// One answer: its parts, its state in words, what can be done with it, and a quiet line of facts.
import { message } from "../messages.js";
import { isRunning, statusOf } from "../models/status.js";
import { answerText, reasoningText } from "../models/items.js";
import { copy } from "./clipboard.js";
import { clone, onAction, part, setText } from "./dom.js";
import { FactsLine } from "./facts-line.js";
import { insteadOf, reviewOf } from "./facts.js";
import { ItemList } from "./items/list.js";
import { Menu } from "./menu.js";
import { MoreMenu } from "./more-menu.js";
import { RatingView } from "./rating.js";
import { showSiblings } from "./siblings.js";
import { StatusLine } from "./status-line.js";

export class AnswerView {
  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.node = clone("answer");
    this.items = new ItemList(part(this.node, "items"));
    this.turn = null;
    this.began = null; // when it began to run, by the server's clock
    this.waited = false; // this page saw it wait for its turn
    this.thoughtFor = null;
    this.status = new StatusLine(part(this.node, "status"), actions, () => this.turn.id);
    onAction(this.node, "copy", (event) =>
      copy(event.currentTarget, answerText(this.turn.response.output)),
    );
    this.facts = new FactsLine(/** @type {HTMLDetailsElement} */ (part(this.node, "facts")));
    this.rating = new RatingView(part(this.node, "rating"), actions.rate);
    this.#buildRetryMenu();
    new MoreMenu(part(this.node, "more"), () => this.#subject, actions.branches);
  }

  /** @param {import("../models/conversation.js").Turn} turn */
  update(turn) {
    this.turn = turn;
    this.node.hidden = turn.queued;
    if (turn.queued) this.waited = true;
    else this.#draw(turn);
  }

  #draw(turn) {
    const running = turn.pending || isRunning(turn.response);
    this.#time(running);
    this.#showItems(turn.response.output ?? [], running);
    this.status.update(turn, this.#seconds(), this.#showsThoughts());
    this.#showInstead();
    this.#showEnd(running);
    const isNamedHere = turn.answers.count > 1 || turn.questions.count < 2;
    const named = isNamedHere ? turn.id : null;
    showSiblings(part(this.node, "siblings"), turn.answers, this.actions, named);
    this.node.setAttribute("aria-busy", String(running));
  }

  #showInstead() {
    const words = insteadOf(this.turn.response, this.actions.models ?? []);
    const line = part(this.node, "instead");
    line.hidden = !words;
    setText(line, words);
  }

  #time(running) {
    if (running) this.began ??= this.#beginning();
    const thinking = this.turn.response.output?.at(-1)?.type === "reasoning";
    const thought = this.turn.response.output?.some(({ type }) => type === "reasoning");
    if (thought && !thinking && this.began !== null) this.thoughtFor ??= this.#seconds();
  }

  #beginning() {
    const { started_at: started, created_at: created } = this.turn.response;
    return this.waited ? this.#now : (started ?? created ?? this.#now);
  }

  get #now() {
    return this.actions.now?.() ?? Date.now() / 1000;
  }

  #seconds() {
    return this.began === null ? 0 : Math.max(0, Math.round(this.#now - this.began));
  }

  #showItems(items, running) {
    const { response } = this.turn;
    this.items.update(items, running, {
      elapsed: this.#seconds(),
      thoughtFor: this.thoughtFor ?? thoughtOf(response),
      format: response.text?.format?.type,
      approvals: this.#approvals(running),
    });
  }

  /** What was asked for long ago was answered by what came after. */
  #approvals(running) {
    const { response, last, decisions } = this.turn;
    const { approvals } = this.actions;
    return {
      decisions,
      isOpen: Boolean(approvals) && last && !running && response.status === "completed",
      isRunning: running,
      verdict: (request) => approvals?.verdict(response, request) ?? null,
      isAllowed: (request) => approvals?.isAllowed(request) ?? false,
      decide: (request, verdict) => approvals.decide(response, request, verdict),
      takeBack: (request) => approvals.takeBack(response, request),
    };
  }

  /** The first request that waits for its person has the focus. */
  focusRequest() {
    const actions = [...this.node.querySelectorAll(".approval [data-part='actions']")];
    actions.find((each) => !each.hidden)?.querySelector("button").focus();
  }

  get #subject() {
    const { id, response } = this.turn;
    return { id, running: isRunning(response), isBranch: true };
  }

  /** The thoughts themselves say how long it takes. */
  #showsThoughts() {
    const last = this.turn.response.output?.at(-1);
    return last?.type === "reasoning" && reasoningText(last) !== "";
  }

  #showEnd(running) {
    const { response, answers } = this.turn;
    const { models = [], retry } = this.actions;
    // With one model, the button beside the words of the state says the same.
    const said = models.length < 2 && statusOf(response)?.retry;
    part(this.node, "tools").hidden = running && answers.count < 2;
    part(this.node, "copy").hidden = running || !answerText(response.output);
    part(this.node, "more").hidden = this.turn.pending || !this.actions.branches;
    this.rating.update(response, !running && Boolean(answerText(response.output)));
    const isAsked = response.input?.length !== 0;
    part(this.node, "retry-menu").hidden = running || !retry || !isAsked || Boolean(said);
    this.facts.update(response, models, running);
    const review = part(this.node, "review");
    review.hidden = !this.actions.review;
    if (this.actions.review) setText(review, reviewOf(this.turn.response));
  }

  #buildRetryMenu() {
    const { models = [], retry, retrySeveral } = this.actions;
    const menu = part(this.node, "retry-list");
    menu.hidden = true;
    if (!retry) return;
    const again = clone("menu-item");
    again.textContent = message("retrySame");
    again.addEventListener("click", () => retry(this.turn.id, null));
    const others = models.length > 1 ? models : [];
    menu.append(again, ...others.map((model) => this.#retryWith(model)));
    if (others.length && retrySeveral) menu.append(this.#retryWithSeveral());
    const button = part(this.node, "retry-menu");
    menu.hidden = !others.length;
    if (others.length) new Menu(button, menu);
    else button.addEventListener("click", () => retry(this.turn.id, null));
  }

  #retryWithSeveral() {
    const item = clone("menu-item");
    item.textContent = message("retryWithSeveral");
    item.addEventListener("click", () => this.actions.retrySeveral(this.turn.id));
    return item;
  }

  #retryWith(model) {
    const item = clone("menu-item");
    item.textContent = message("retryWith", { model: model.label });
    item.addEventListener("click", () => this.actions.retry(this.turn.id, model.id));
    return item;
  }
}

/** Seconds before the first words, for an answer that was not watched. */
function thoughtOf({ started_at: started, first_output_at: first }) {
  return started && first ? Math.round(first - started) : null;
}
