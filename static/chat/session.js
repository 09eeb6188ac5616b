// The open conversation: what the server sends goes into the model and from there onto the page.
import { announce } from "./elements/announcer.js";
import { failureWords } from "./elements/failure-words.js";
import { message } from "./messages.js";
import { answerText } from "./models/items.js";
import { Conversation } from "./models/conversation.js";
import { isTerminal } from "./models/following.js";
import { lastWins } from "./models/last-wins.js";
import { oneAtATime } from "./models/one-at-a-time.js";
import { isRunning, statusOf } from "./models/status.js";

/** So many turns of the branch being read are named, when it is asked for again. */
const BACK = 5;

/**
 * What the page around the conversation is told.
 * @typedef {object} Page
 * @property {(session: Session) => void} opened
 * @property {(id: string) => void} began a new conversation has its id
 * @property {(summary: object) => void} changed
 * @property {(filled: boolean) => void} filled whether there is a turn to show
 * @property {(id: string | null, last: object | null) => void} shown the end of the branch
 * @property {() => void} moved from where a link led to the end
 * @property {() => void} behind the tree has changed elsewhere
 * @property {(response: object) => string} [asks] what an answer wants decided, in words, or ""
 * @property {(text: string) => Promise<{whole?: string, end?: string}>} spoken what of an answer is
 *   read out, see models/spoken.js: what reads Markdown comes late
 * @property {(conversation: Conversation) => void} loaded the server's word was taken
 * @property {(error: Error) => void} failed
 */

export class Session {
  /**
   * @param {object} parts
   * @param {import("./socket.js").Socket} parts.socket
   * @param {import("./api.js").Api} parts.api
   * @param {import("./sending.js").Sending} parts.sending
   * @param {import("./elements/transcript.js").Transcript} parts.transcript
   * @param {import("./elements/scroller.js").Scroller} parts.scroller
   * @param {import("./elements/painter.js").Painter} parts.painter
   * @param {import("./elements/composer.js").Composer} parts.composer
   * @param {import("./elements/model-picker.js").ModelPicker} parts.picker
   * @param {Page} parts.page
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.conversation = new Conversation();
    this.newest = 0; // the version of the conversation that was heard of
    this.heard = 0; // how often something was said of it
    this.asked = new Set(); // cursors that are on their way
    this.choice = /** @type {symbol | null} */ (null); // of a branch: slower answers are dropped
    this.remember = this.#remembering();
    /** Asks the server what the open conversation is now. */
    this.reload = oneAtATime(() => this.#reload());
  }

  /**
   * @param {object | null} state null for a conversation not begun yet
   * @param {string | null} [response] the message to show; else the end
   */
  open(state, response = null) {
    const { thread } = this.conversation;
    this.#leave();
    this.conversation = new Conversation();
    this.remember = this.#remembering();
    this.newest = 0;
    if (state) this.conversation.load(state);
    this.#restore(thread);
    this.composer.open(this.conversation.id);
    const last = this.#path.at(-1)?.response;
    // Who only stood in was not asked, nor is it the next time.
    this.picker.choose(last?.instead_of?.asked ?? last?.model_id ?? null);
    this.page.loaded(this.conversation);
    this.show();
    this.#follow();
    const turn = response && this.transcript.view(response)?.node;
    if (turn) this.scroller.toTurn(turn);
    else this.scroller.toEnd();
    this.page.opened(this);
  }

  /** Takes what happened elsewhere, without leaving the branch being read. */
  refresh(state) {
    this.#take(state, { keepBranch: true });
    this.newest = this.conversation.summary.version;
    this.show();
    this.#follow();
  }

  /** Shows another branch, and lets the server remember it. */
  async select(id) {
    const { conversation } = this;
    const choice = (this.choice = Symbol(id));
    const isLate = () => choice !== this.choice || conversation !== this.conversation;
    try {
      const state = await this.remember(id);
      if (!state || isLate()) return;
      if (this.#isOlder(state)) return await this.select(id);
      const { previous_response_id: parent } = state.responses.find((each) => each.id === id);
      this.#take(state);
      this.scroller.keep(
        () => this.transcript.below(parent ?? null)?.node,
        () => this.show(),
      );
      this.#follow();
    } catch (error) {
      if (!isLate()) this.page.failed(error);
    }
  }

  /** Loads what goes before or after what is here. @param {"earlier" | "later"} side */
  async more(side) {
    const { conversation } = this;
    const cursor = conversation[side];
    if (!cursor || this.asked.has(cursor)) return;
    this.asked.add(cursor);
    try {
      const which = side === "earlier" ? "before" : "after";
      const page = await this.api.turns(conversation.id, which, cursor);
      if (conversation !== this.conversation) return;
      conversation.extend(cursor, page);
      this.scroller.stay(() => this.show());
      this.#follow();
    } finally {
      this.asked.delete(cursor);
    }
  }

  /** Goes to the last message of the branch. */
  async toEnd() {
    await this.reachEnd();
    this.scroller.toEnd();
    this.page.moved();
  }

  /** Goes to the first message of the branch. */
  async toFirst() {
    const { id, earlier, tree } = this.conversation;
    if (earlier !== null) await this.#jump(() => this.api.turns(id, "first", tree.path()[0]));
    const first = this.transcript.turns[0]?.node;
    if (first) this.scroller.toTurn(first);
  }

  /** Has the last message of the branch here, in place of what is far from it. */
  async reachEnd() {
    const { id, later, farEnd } = this.conversation;
    if (later !== null) await this.#jump(() => this.api.state(id, farEnd));
  }

  /** Has the server remember which branch of this conversation was chosen last. */
  #remembering() {
    const { conversation } = this;
    return lastWins((id) => this.api.select(conversation.id, id));
  }

  async #jump(ask) {
    const { conversation } = this;
    const state = await ask();
    if (conversation !== this.conversation) return;
    if (this.#isOlder(state)) return await this.#jump(ask);
    this.#take(state);
    this.show();
    this.#follow();
  }

  /** @returns {string} the last answer, "" without one */
  get lastAnswer() {
    return answerText(this.#path.findLast(({ queued }) => !queued)?.response.output);
  }

  /** @returns {object[]} the responses of the branch that is read, but for those that wait */
  get answers() {
    return this.#path.filter(({ queued }) => !queued).map(({ response }) => response);
  }

  /** @param {object} event of the API */
  event(event) {
    if (this.conversation.apply(event)) this.#begins();
    this.painter.request(event.stream_id);
    if (isTerminal(event)) this.#ended(event.stream_id);
  }

  snapshot(id, response) {
    if (this.conversation.replace(id, response)) this.#begins();
    this.painter.request(id);
    if (!isRunning(response)) this.#ended(id);
  }

  /** Draws an answer with all that has arrived of it. */
  draw(id) {
    if (this.conversation.has(id)) this.transcript.update(this.#shownWith(id));
    this.socket.drawn(id);
  }

  /** A hint: it was changed here or elsewhere. @param {object} summary */
  updated(summary) {
    if (summary.id !== this.conversation.id) return;
    const { version } = this.conversation.summary;
    // What is known of the tree is as old as it was.
    this.conversation.summary = { ...summary, version };
    this.heard += 1;
    this.newest = Math.max(this.newest, summary.version ?? 0);
    this.settled(true);
  }

  /**
   * Catches up with the tree, unless what is on its way from here may be all that is new in it.
   * @param {boolean} isWhole whether nothing of it is known to be missing
   */
  settled(isWhole) {
    if (!isWhole) this.newest = Infinity;
    const isBehind = this.newest > this.conversation.summary?.version;
    const keys = [...this.conversation.pending.keys()];
    const isSending = keys.some((key) => this.sending.state(key) === "sending");
    if (isBehind && !isSending) this.page.behind();
  }

  /** The conversation that was new has this id now. @param {string} id */
  began(id) {
    this.composer.adopt(id);
    this.page.began(id);
  }

  show() {
    const path = this.#path;
    this.transcript.show(path);
    this.scroller.isCut = this.conversation.later !== null;
    this.page.filled(path.length > 0);
    this.page.shown(this.conversation.id, this.#last(path));
    const isAnswering = ({ queued, ...turn }) =>
      !queued && answersOf(turn).some(({ response }) => isRunning(response));
    // What is answered may be further on than what is here.
    const isLater = this.conversation.later !== null && this.conversation.summary.answering;
    this.composer.setAnswering(path.some(isAnswering) || Boolean(isLater));
  }

  /** @returns {import("./models/conversation.js").Turn} the one with which an answer is drawn: its own, or one that it stands beside */
  #shownWith(id) {
    const turn = this.conversation.turn(id);
    const shown = turn.columns?.find((each) => this.transcript.view(each.id));
    return shown && shown.id !== id ? this.conversation.turn(shown.id) : turn;
  }

  get #path() {
    return this.conversation.path();
  }

  async #reload() {
    const { conversation, heard } = this;
    if (!conversation.id) return;
    const reading = conversation.tree.path().filter((id) => conversation.snapshots.has(id));
    // The last ones may have been withdrawn elsewhere.
    const through = reading.slice(-BACK).reverse();
    const state = await this.api.state(conversation.id, ...through);
    if (conversation !== this.conversation) return;
    if (this.#isOlder(state)) return this.#reload();
    const { summary } = conversation;
    this.refresh(state);
    // What was said of it meanwhile is newer than what was asked for.
    if (heard === this.heard) this.page.changed(conversation.summary);
    else conversation.summary = { ...summary, version: conversation.summary.version };
  }

  /** While it was on its way, something was stored that it does not know. */
  #isOlder(state) {
    return state.conversation.version < this.conversation.summary.version;
  }

  /** The last response of the branch; where that is not here, its id with what the last here has. */
  #last(path) {
    const last = path.at(-1)?.response ?? null;
    const { end } = this.conversation;
    return !last || last.id === end || !end ? last : { ...last, id: end, isGuess: true };
  }

  /** What was sent and is not stored yet is shown again, unless it was left behind just now. */
  #restore(left) {
    const { outbox } = this.sending;
    const unborn = outbox.unborn();
    const thread = this.conversation.id ?? (unborn === left ? null : unborn);
    for (const letter of outbox.of(thread)) {
      if (!this.conversation.stored.has(letter.key)) this.conversation.hold(letter);
    }
  }

  /** @param {object} state @param {{keepBranch?: boolean}} [options] */
  #take(state, options) {
    for (const id of this.conversation.load(state, options)) this.socket.unfollow(id);
    this.page.loaded(this.conversation);
  }

  #follow() {
    for (const { id } of this.conversation.running()) {
      this.socket.follow(id, this.conversation.position(id));
    }
  }

  #leave() {
    for (const { id } of this.conversation.running()) this.socket.unfollow(id);
  }

  #begins() {
    this.show();
    announce(message("announceAnswering"));
  }

  #ended(id) {
    this.painter.flush();
    this.show();
    this.heard += 1;
    const { summary } = this.conversation;
    // The server says so too, but that word may be lost.
    if (summary?.answering === id) {
      this.conversation.summary = { ...summary, answering: null, unseen: true };
      this.page.changed(this.conversation.summary);
    }
    if (this.#path.some((turn) => answersOf(turn).some((each) => each.id === id)))
      void this.#sayEnding(this.conversation.response(id));
  }

  async #sayEnding(response) {
    const status = statusOf(response);
    if (status) announce([message(status.name), failureWords(status.error)].filter(Boolean).join(" "));
    else announce(this.page.asks?.(response) || (await this.#wordsOf(response)));
  }

  async #wordsOf(response) {
    const { whole, end } = await this.page.spoken(answerText(response.output));
    return whole ?? message("announceEnd", { end });
  }
}

/** @param {import("./models/conversation.js").Turn} turn @returns {{id: string, response: object}[]} */
const answersOf = (turn) => turn.columns ?? [turn];
