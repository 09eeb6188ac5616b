// One answer: its parts, its state in words, what can be done with it, and a quiet line of facts.
import { message } from "../messages.js";
import { isRunning, statusOf } from "../models/status.js";
import { answerText, reasoningText } from "../models/items.js";
import { copy } from "./clipboard.js";
import { clone, onAction, part, setChildren, setText } from "./dom.js";
import { factsOf, reviewOf } from "./facts.js";
import { Menu } from "./menu.js";
import { showSiblings } from "./siblings.js";
import { viewFor } from "./parts.js";

export class AnswerView {
  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.node = clone("answer");
    this.views = [];
    this.turn = null;
    this.began = null; // when this page first saw it run, on the monotonic clock
    this.thoughtFor = null;
    onAction(this.node, "copy", (event) =>
      copy(event.currentTarget, answerText(this.turn.response.output)),
    );
    onAction(this.node, "retry-now", () => actions.retry(this.turn.id, null));
    this.#buildRetryMenu();
    this.node.hidden = false;
  }

  /** @param {import("../models/conversation.js").Turn} turn */
  update(turn) {
    this.turn = turn;
    const running = turn.pending || isRunning(turn.response);
    this.#time(running);
    this.#showItems(turn.response.output ?? [], running);
    this.#showStatus();
    this.#showEnd(running);
    showSiblings(part(this.node, "siblings"), turn.answers, this.actions.select);
    this.node.setAttribute("aria-busy", String(running));
  }

  /** Draws what passes with time: elapsed seconds, a lost connection. */
  tick() {
    if (this.turn.pending || isRunning(this.turn.response)) this.update(this.turn);
  }

  #time(running) {
    if (running) this.began ??= performance.now() - ageOf(this.turn.response);
    const thinking = this.turn.response.output?.at(-1)?.type === "reasoning";
    const thought = this.turn.response.output?.some(({ type }) => type === "reasoning");
    if (thought && !thinking && this.began !== null) this.thoughtFor ??= this.#seconds();
  }

  #seconds() {
    return this.began === null
      ? 0
      : Math.max(0, Math.round((performance.now() - this.began) / 1000));
  }

  #showItems(items, running) {
    const thoughtFor = this.thoughtFor ?? thoughtOf(this.turn.response);
    items.forEach((item, index) => {
      const View = viewFor(item);
      if (!(this.views[index] instanceof View)) this.views[index] = new View();
      const streaming = running && index === items.length - 1;
      this.views[index].update(item, { streaming, elapsed: this.#seconds(), thoughtFor });
    });
    this.views.length = items.length;
    setChildren(
      part(this.node, "items"),
      this.views.map(({ node }) => node),
    );
  }

  #showStatus() {
    const { response, pending } = this.turn;
    const status = statusOf(response, pending ? this.#sending() : null);
    const line = part(this.node, "status");
    line.hidden = !status || (status.name === "thinking" && this.#showsThoughts());
    if (line.hidden) return;
    line.dataset.tone = status.tone;
    line.dataset.name = status.name;
    setText(part(line, "text"), this.#sentence(status));
    part(line, "retry").hidden = !status.retry || !this.actions.retry;
  }

  #sending() {
    return this.actions.connected?.() === false ? "offline" : "sending";
  }

  /** The thoughts themselves say how long it takes. */
  #showsThoughts() {
    const last = this.turn.response.output?.at(-1);
    return last?.type === "reasoning" && reasoningText(last) !== "";
  }

  #sentence({ name, detail }) {
    const seconds = this.#seconds();
    const words = message(name === "thinking" && seconds >= 2 ? "thinkingFor" : name, { seconds });
    return detail ? `${words} ${detail}` : words;
  }

  #showEnd(running) {
    const { response, answers } = this.turn;
    const { models = [], retry } = this.actions;
    // With one model, the button beside the words of the state says the same.
    const said = models.length < 2 && statusOf(response)?.retry;
    part(this.node, "tools").hidden = running && answers.count < 2;
    part(this.node, "copy").hidden = running || !answerText(response.output);
    part(this.node, "retry-menu").hidden = running || !retry || Boolean(said);
    setText(part(this.node, "facts"), running ? "" : factsOf(response, models));
    const review = part(this.node, "review");
    review.hidden = !this.actions.review;
    if (this.actions.review) setText(review, reviewOf(this.turn.response));
  }

  #buildRetryMenu() {
    const { models = [], retry } = this.actions;
    const menu = part(this.node, "retry-list");
    menu.hidden = true;
    if (!retry) return;
    const again = clone("menu-item");
    again.textContent = message("retrySame");
    again.addEventListener("click", () => retry(this.turn.id, null));
    const others = models.length > 1 ? models : [];
    menu.append(again, ...others.map((model) => this.#retryWith(model)));
    const button = part(this.node, "retry-menu");
    menu.hidden = !others.length;
    if (others.length) new Menu(button, menu);
    else button.addEventListener("click", () => retry(this.turn.id, null));
  }

  #retryWith(model) {
    const item = clone("menu-item");
    item.textContent = message("retryWith", { model: model.label });
    item.addEventListener("click", () => this.actions.retry(this.turn.id, model.id));
    return item;
  }
}

/** Milliseconds since the answer began, where the two clocks agree well enough to say. */
function ageOf(response) {
  const age = Date.now() - (response.started_at ?? response.created_at ?? NaN) * 1000;
  return age > 0 && age < 3_600_000 ? age : 0;
}

/** Seconds before the first words, for an answer that was not watched. */
function thoughtOf({ started_at: started, first_output_at: first }) {
  return started && first ? Math.round(first - started) : null;
}
