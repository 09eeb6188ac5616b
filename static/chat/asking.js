// What the person does with messages: asks, changes, asks again, has an answer go on, stops it;
// and what the server says to that.
import { announce } from "./elements/announcer.js";
import { message } from "./messages.js";
import { isDecision } from "./models/approvals.js";
import { filesOf, inputOf } from "./models/files.js";
import { isUnborn } from "./models/letters.js";
import { questionText } from "./models/items.js";
import * as requests from "./models/requests.js";
import { isRunning } from "./models/status.js";

const NOT_FOUND = 404;

export class Asking {
  /**
   * @param {object} parts
   * @param {import("./session.js").Session} parts.session
   * @param {import("./sending.js").Sending} parts.sending
   * @param {import("./amending.js").Amending} parts.amending
   * @param {import("./socket.js").Socket} parts.socket
   * @param {import("./elements/transcript.js").Transcript} parts.transcript
   * @param {import("./elements/scroller.js").Scroller} parts.scroller
   * @param {import("./elements/composer.js").Composer} parts.composer
   * @param {import("./models/drafts.js").Drafts} parts.drafts
   * @param {import("./elements/notice.js").Notice} parts.notice
   * @param {(model?: string, response?: object) => import("./models/requests.js").Options}
   *   parts.options for the next question, or as a response was asked for; of this model, or of the
   *   chosen one
   * @param {import("./models/several.js").Several} parts.several which models are asked at once
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.stopping = new Set(); // client keys to stop as soon as their answer has an id
  }

  /** @returns {boolean} whether there is room for another message that waits */
  canSend() {
    if (!this.sending.outbox.isFull) return true;
    this.notice.show(message("outboxFull"));
    return false;
  }

  /**
   * @param {string} text @param {import("./models/files.js").FilePart[]} files
   * @returns {boolean} whether it would survive a reload
   */
  ask(text, files = []) {
    const options = { ...this.options(), ...this.several.options() };
    const isKept = this.#post(requests.ask(this.#conversation, inputOf(text, files), options));
    this.#showSent();
    return isKept;
  }

  /** @param {string} id @param {string} text asked in place of the question */
  edit(id, text, files = []) {
    if (!this.canSend()) return this.composer.giveBack(text, files);
    const options = { ...this.options(), ...this.several.options() };
    this.#post(requests.edit(this.#conversation, id, inputOf(text, files), options));
    this.#showSent();
    this.composer.invite();
  }

  /**
   * @param {string} id
   * @param {string | null} model null: the one that answered
   * @param {string[]} [models] several at once, in place of one
   */
  retry(id, model, models) {
    if (!this.canSend()) return;
    const several = models && { model: undefined, models };
    const options = { ...this.#sameOptions(id, model), ...several };
    const letter = requests.retry(this.#conversation, id, options);
    const place = () => this.transcript.below(letter.place.previous_response_id)?.node;
    this.scroller.keep(place, () => this.#post(letter));
    this.composer.invite();
  }

  /** @param {string} id an answer that was cut */
  goOn(id) {
    if (!this.canSend()) return;
    this.#post(requests.goOn(this.#conversation, id, this.#sameOptions(id, null)));
    this.scroller.toEnd();
    this.composer.invite();
  }

  /**
   * @param {string} id an answer that asks for something
   * @param {{input: object[], always: string[]}} decisions on all of it
   * @returns {boolean} whether they are on their way
   */
  decide(id, decisions) {
    if (!this.canSend()) return false;
    const options = this.#sameOptions(id, null);
    this.#post(requests.decide(this.#conversation, id, decisions, options));
    this.scroller.toEnd();
    return true;
  }

  /** Goes on from here with the conversation in short. @param {string} id the last answer of it */
  compact(id) {
    if (!this.canSend()) return;
    this.#post(requests.compact(this.#conversation, id, this.options()));
    this.#showSent();
  }

  /** Asks again what was too much for the context, behind the conversation in short. */
  compactAndAsk(id) {
    if (!this.canSend()) return;
    const { input, previous_response_id: before } = this.#conversation.response(id);
    const options = this.#sameOptions(id, null);
    this.#post(requests.compact(this.#conversation, before, options));
    this.#post(requests.ask(this.#conversation, inputOf(questionText(input), filesOf(input)), options));
    this.#showSent();
  }

  /** @param {string} id a message that waits @param {string} text what it says now */
  amend(id, text, files = []) {
    const conversation = this.#conversation;
    const input = inputOf(text, files);
    conversation.amend(id, input);
    if (conversation.pending.has(id)) this.sending.outbox.amend(id, input);
    else this.amending.want({ id, conversation: conversation.id, text, files });
    this.session.show();
  }

  /** Takes a message back before it is answered. @param {string} id */
  withdraw(id) {
    const conversation = this.#conversation;
    const { input } = conversation.response(id);
    const text = questionText(input);
    if (conversation.pending.has(id)) this.sending.withdraw(id);
    else this.amending.want({ id, conversation: conversation.id, text: null, said: text });
    this.socket.unfollow(id);
    conversation.withdraw(id);
    this.session.show();
    this.composer.takeBack(text, filesOf(input));
    announce(message("withdrawn"));
  }

  /** Stops the answer that is being written; a message that has not left is taken back. */
  stop() {
    const path = this.#path;
    // Those side by side are stopped together; what is queued behind goes next.
    const answers = path.map((turn) => (turn.columns ?? [turn]).filter(isAnswered));
    const running = answers.find(({ length }) => length > 0);
    if (running) return running.forEach(({ id }) => this.socket.cancel(id));
    const sent = path.find(({ pending }) => pending);
    const { later, summary } = this.#conversation;
    if (!sent && later !== null && summary.answering) this.socket.cancel(summary.answering);
    if (!sent) return;
    if (this.sending.state(sent.id) === "sending") this.stopping.add(sent.id);
    else this.withdraw(sent.id);
  }

  /** The server has stored a question. @param {object} frame */
  accepted({ client_key: key, conversation: summary, response, others = [] }) {
    const conversation = this.#conversation;
    if (!conversation.pending.has(key)) {
      for (const { id } of [response, ...others])
        if (!conversation.has(id)) this.socket.unfollow(id);
      return;
    }
    const begins = conversation.id === null;
    const isWhole = conversation.accept(key, summary, response, others) || begins;
    for (const { id } of [response, ...others])
      if (!conversation.has(id)) this.socket.unfollow(id);
    this.transcript.rename(key, response.id);
    if (begins) this.session.began(summary.id);
    else this.composer.sent();
    this.session.show();
    if (this.stopping.delete(key)) this.#stopNow(response, others);
    else announce(message(announcement(response)));
    this.session.settled(isWhole);
  }

  /** The server could not do something, or would not. @param {object} frame */
  refused(frame) {
    if (this.amending.refused(frame) || frame.stream_id) return;
    const letters = this.sending.refused(frame);
    if (letters === null) return this.transcript.tick();
    // Each goes before what is there already.
    for (const letter of letters.toReversed()) this.#giveBack(letter, frame.status);
    if (letters.length) this.session.show();
    this.notice.show(frame.error.message);
    this.session.settled(true);
  }

  /** A change came after its message's turn. @param {import("./models/amendments.js").Change} change */
  late({ id, text, files, said }) {
    this.notice.show(message(this.#conversation.exists(id) ? "tooLate" : "messageGone"));
    if (text === null) this.composer.drop(said);
    else this.composer.giveBack(text, files);
  }

  /** Another page has withdrawn a message that this one holds as well. @param {string} key */
  gone(key) {
    if (!this.sending.withdraw(key) || !this.#conversation.pending.has(key)) return;
    this.#conversation.withdraw(key);
    this.session.show();
    this.session.settled(false);
  }

  /** What has waited for days is not sent without asking: it becomes a draft again. */
  giveBackExpired() {
    for (const letter of this.sending.outbox.takeExpired()) this.#giveBack(letter);
  }

  get #conversation() {
    return this.session.conversation;
  }

  get #path() {
    return this.#conversation.path();
  }

  #sameOptions(id, model) {
    const response = this.#conversation.response(id);
    return this.options(model ?? response.model_id ?? undefined, response);
  }

  #post(letter) {
    this.#conversation.hold(letter);
    this.session.show();
    return this.sending.post(letter);
  }

  /** A question goes near the top of the view; what is queued stays below what is being read. */
  #showSent() {
    this.session.page.moved();
    if (this.#conversation.later !== null) this.#reachEnd();
    if (this.#path.at(-1).queued) this.scroller.toEnd();
    else this.scroller.showQuestion(this.transcript.last.node);
  }

  /** What is between is loaded, now or after the acknowledgement: till then it stays below. */
  async #reachEnd() {
    try {
      await this.session.reachEnd();
      this.#showSent();
    } catch (error) {
      if (this.socket.connected) this.session.page.failed(error);
    }
  }

  #stopNow(response, others) {
    if (response.waiting) this.withdraw(response.id);
    else [response, ...others].forEach(({ id }) => this.socket.cancel(id));
  }

  /** @param {number} [status] why it was refused */
  #giveBack({ key, frame, place, thread }, status) {
    this.stopping.delete(key);
    const isHere = this.#conversation.pending.has(key);
    if (isHere) this.#conversation.withdraw(key);
    if (frame.input === undefined || isDecision(frame)) return;
    const input = place.input ?? frame.input;
    const text = typeof input === "string" ? input : questionText(input);
    const draft = isUnborn(thread) || status === NOT_FOUND ? null : thread;
    // The draft of what is open is what stands in the composer.
    if (isHere || draft === this.composer.conversation)
      return this.composer.giveBack(text, filesOf(input));
    this.drafts.giveBack(draft, text, filesOf(input));
  }
}

const isAnswered = ({ response, pending, queued }) => !pending && !queued && isRunning(response);

function announcement({ waiting, background }) {
  if (waiting) return "queued";
  return background ? "announceBackground" : "announceAnswering";
}
