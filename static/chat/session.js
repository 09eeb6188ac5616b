// What happens in the open conversation: the person's acts go out as frames, what comes back goes
// into the model and from there onto the page.
import { announce } from "./elements/announcer.js";
import { message } from "./messages.js";
import { answerText, questionText } from "./models/items.js";
import { Conversation } from "./models/conversation.js";
import { isTerminal } from "./models/following.js";
import { isRunning, statusOf } from "./models/status.js";

/** An ending longer than this is not read out whole. */
const SPOKEN_WHOLE = 300;

/**
 * What the page around the conversation is told.
 * @typedef {object} Page
 * @property {(session: Session) => void} opened
 * @property {(id: string) => void} began a new conversation has its id
 * @property {(summary: object) => void} changed
 * @property {(filled: boolean) => void} filled whether there is a turn to show
 * @property {(error: Error) => void} failed
 */

export class Session {
  /**
   * @param {object} parts
   * @param {import("./socket.js").Socket} parts.socket
   * @param {import("./api.js").Api} parts.api
   * @param {import("./elements/transcript.js").Transcript} parts.transcript
   * @param {import("./elements/scroller.js").Scroller} parts.scroller
   * @param {import("./elements/painter.js").Painter} parts.painter
   * @param {import("./elements/composer.js").Composer} parts.composer
   * @param {import("./elements/model-picker.js").ModelPicker} parts.picker
   * @param {import("./elements/notice.js").Notice} parts.notice
   * @param {Page} parts.page
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.conversation = new Conversation();
    this.stopping = new Set(); // client keys to stop as soon as their answer has an id
  }

  /** @param {object | null} state null for a conversation not begun yet */
  open(state) {
    this.#leave();
    this.conversation = new Conversation();
    if (state) this.conversation.load(state);
    this.composer.open(this.conversation.id);
    this.picker.choose(this.#path.at(-1)?.response.model_id ?? null);
    this.#show();
    this.#follow();
    this.scroller.toEnd();
    this.page.opened(this);
  }

  /** Takes what happened elsewhere, without leaving the branch being read. */
  refresh(state) {
    if (state.conversation.id !== this.conversation.id) return;
    this.conversation.load(state, { keepBranch: true });
    this.page.changed(state.conversation);
    this.#show();
    this.#follow();
  }

  ask(text) {
    this.#send(this.conversation.ask(text, this.picker.chosen));
    this.scroller.showQuestion(this.transcript.last.node);
  }

  edit(id, text) {
    this.#send(this.conversation.edit(id, text, this.picker.chosen));
    this.scroller.showQuestion(this.transcript.last.node);
  }

  retry(id, model) {
    const at = this.#path.findIndex((turn) => turn.id === id);
    const place = () => this.transcript.turns[at]?.node;
    this.scroller.keep(place, () => this.#send(this.conversation.retry(id, model)));
  }

  /** Shows another branch, and lets the server remember it. */
  async select(id) {
    const { conversation } = this;
    try {
      const state = await this.api.select(conversation.id, id);
      if (conversation !== this.conversation) return;
      const at = state.responses.findIndex((response) => response.id === id);
      conversation.load(state);
      this.scroller.keep(
        () => this.transcript.turns[at]?.node,
        () => this.#show(),
      );
      this.#follow();
    } catch (error) {
      this.page.failed(error);
    }
  }

  stop() {
    const turn = this.#path.at(-1);
    if (turn?.pending) this.stopping.add(turn.id);
    else if (turn) this.socket.cancel(turn.id);
  }

  copyLast() {
    return answerText(this.#path.at(-1)?.response.output);
  }

  /** The server has stored a question. @param {object} frame */
  accepted({ client_key: key, conversation: summary, response }) {
    const { conversation } = this;
    if (!conversation.pending.has(key)) {
      if (!conversation.has(response.id)) this.socket.unfollow(response.id);
      return;
    }
    const begins = conversation.id === null;
    conversation.accept(key, summary, response);
    this.transcript.rename(key, response.id);
    if (begins) this.#began(summary.id);
    else this.composer.sent();
    if (this.stopping.delete(key)) this.socket.cancel(response.id);
    this.#show();
    announce(message("announceAnswering"));
  }

  /** @param {object} frame an error of the server's, about a question or an answer */
  refused({ client_key: key, stream_id: id, error }) {
    const sent = key && this.conversation.refuse(key);
    if (sent) {
      this.#show();
      if (!sent.retry_of) this.composer.giveBack(questionText(sent.input));
    }
    if (sent || !id) this.notice.show(error.message);
  }

  /** @param {object} event of the API */
  event(event) {
    this.conversation.apply(event);
    this.painter.request(event.stream_id);
    if (isTerminal(event)) this.#ended(event.stream_id);
  }

  snapshot(id, response) {
    this.conversation.replace(id, response);
    this.painter.request(id);
    if (!isRunning(response)) this.#ended(id);
  }

  /** Draws an answer with all that has arrived of it. */
  draw(id) {
    if (this.conversation.has(id)) this.transcript.update(this.conversation.turn(id));
    this.socket.drawn(id);
  }

  /** Another tab asked something, or what it asked has ended. @param {object} summary */
  async updated(summary) {
    const known = this.conversation.summary;
    if (summary.id !== this.conversation.id) return;
    const unseen = [summary.answering, known.answering].some(
      (id) => id && !this.conversation.tree.nodes.has(id),
    );
    this.conversation.summary = summary;
    if (unseen && this.conversation.pending.size === 0) await this.reload();
  }

  /** Asks the server what the open conversation is now. */
  async reload() {
    const { id } = this.conversation;
    if (id) this.refresh(await this.api.state(id));
  }

  get #path() {
    return this.conversation.path();
  }

  #send(frame) {
    this.#show();
    this.socket.create(frame);
  }

  #began(id) {
    this.composer.adopt(id);
    this.page.began(id);
  }

  #show() {
    const path = this.#path;
    this.transcript.show(path);
    this.page.filled(path.length > 0);
    this.#showAnswering();
  }

  #showAnswering() {
    const last = this.#path.at(-1);
    this.composer.setAnswering(Boolean(last && (last.pending || isRunning(last.response))));
  }

  #follow() {
    for (const { id, sequence_number: sequence } of this.conversation.running()) {
      this.socket.follow(id, sequence ?? null);
    }
  }

  #leave() {
    for (const { id } of this.conversation.running()) this.socket.unfollow(id);
  }

  #ended(id) {
    this.painter.flush();
    this.#showAnswering();
    const { summary } = this.conversation;
    // The server says so too, but that word may be lost.
    if (summary?.answering === id)
      this.page.changed((this.conversation.summary = { ...summary, answering: null }));
    if (this.#path.at(-1)?.id === id) announce(this.#ending(this.conversation.response(id)));
  }

  #ending(response) {
    const status = statusOf(response);
    if (status) return [message(status.name), status.detail].filter(Boolean).join(" ");
    const text = answerText(response.output);
    return text.length <= SPOKEN_WHOLE ? text : message("announceDone");
  }
}
