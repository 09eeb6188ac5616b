// The open conversation: its tree, the responses known so far, and what the person has sent that
// the server has not acknowledged yet.
import { sketch } from "./letters.js";
import { Snapshot } from "./snapshot.js";
import { isRunning } from "./status.js";
import { Tree } from "./tree.js";

/** @typedef {import("./letters.js").Letter} Letter */

/**
 * @typedef {object} Turn one question and its answer, as shown
 * @property {string} id the response's, or the client key while it is being sent
 * @property {object} response
 * @property {boolean} pending
 * @property {boolean} queued its turn comes when the answer before it has ended
 * @property {boolean} last nothing follows it
 * @property {boolean} continued what follows goes on where it was cut
 * @property {import("./tree.js").Siblings} questions
 * @property {import("./tree.js").Siblings} answers
 */

export class Conversation {
  constructor() {
    this.summary = null;
    this.thread = null;
    this.tree = new Tree();
    this.snapshots = /** @type {Map<string, Snapshot>} */ (new Map());
    this.applied = /** @type {Map<string, number>} */ (new Map());
    this.waiting = new Set(); // stored, and queued behind an answer that still runs
    this.stored = new Set(); // client keys that the server was seen to have
    this.marks = new Map(); // response → the name and pin of the branch that begins there
    this.forkedFrom = null;
    this.pending = /** @type {Map<string, object>} */ (new Map()); // client key → as a response
  }

  get id() {
    return this.summary?.id ?? null;
  }

  /**
   * Takes the server's word. An answer that streams in here stays as it is: its events say more
   * than a page load can, from where this page stands.
   * @param {object} state
   * @param {{keepBranch?: boolean}} options whether to stay on the branch being read
   * @returns {string[]} responses that are gone
   */
  load(state, { keepBranch = false } = {}) {
    const reading = keepBranch ? this.tree.path() : [];
    const latest = this.tree.latest;
    this.summary = state.conversation;
    this.thread = this.id;
    this.tree = new Tree(state.tree, state.selected_root_id);
    this.tree.latest = latest;
    this.marks = new Map(state.branches?.map((mark) => [mark.id, mark]));
    this.forkedFrom = state.forked_from ?? null;
    for (const response of state.responses) {
      this.stored.add(response.client_key);
      if (this.pending.delete(response.client_key)) this.#move(response.client_key, response.id);
      this.#take(response);
    }
    // What was sent is a path, which need not be the one that is remembered.
    const sent = state.responses.at(-1)?.id;
    if (sent && !this.tree.path().includes(sent)) this.tree.select(sent);
    for (const letter of this.pending.values()) this.tree.hang(letter);
    const stay = reading.findLast((id) => this.tree.nodes.has(id) && this.has(id));
    if (stay && !this.tree.path().includes(stay)) this.tree.select(stay);
    return this.#forgetGone();
  }

  /** @returns {Turn[]} root first */
  path() {
    const ids = this.tree.path().filter((id) => this.has(id));
    return ids.map((id) => this.turn(id));
  }

  /** @param {string} id @returns {Turn} */
  turn(id) {
    const pending = this.pending.has(id);
    const next = this.tree.next(id);
    return {
      id,
      response: this.response(id),
      pending,
      queued: pending ? this.#followsRunning(id) : this.waiting.has(id),
      last: next === null,
      continued: this.has(next) && this.response(next).continues === true,
      questions: this.tree.questions(id),
      answers: this.tree.answers(id),
    };
  }

  has(id) {
    return this.snapshots.has(id) || this.pending.has(id);
  }

  /** @param {string} id @returns {object} the API's response object so far */
  response(id) {
    return this.pending.get(id) ?? this.snapshots.get(id).response;
  }

  /** @returns {object[]} full responses that are still being answered, or wait for it */
  running() {
    return [...this.snapshots.values()].map(({ response }) => response).filter(isRunning);
  }

  /** @param {string} id @returns {number | null} the last event that is in the response here */
  position(id) {
    return this.applied.get(id) ?? this.response(id).sequence_number ?? null;
  }

  /** @param {Letter} letter on its way: shown at the place it is meant for */
  hold(letter) {
    this.thread ??= letter.thread;
    const sent = sketch(letter);
    // What it followed may be gone meanwhile.
    if (!this.#knows(sent.previous_response_id))
      sent.previous_response_id = this.tree.path().at(-1) ?? null;
    this.pending.set(letter.key, sent);
    this.tree.add(sent);
  }

  /**
   * Puts what the server stored in the place of what was sent.
   * @param {string} key @param {object} summary @param {object} response
   * @returns {boolean} whether this page knows all of the tree that the summary is about
   */
  accept(key, summary, response) {
    const { previous_response_id: given } = response;
    const previous = this.#knows(given) ? given : this.tree.parent(key);
    const isWhole = given === previous && !(summary.version > this.summary?.version + 1);
    this.summary = summary;
    this.thread = this.id;
    this.pending.delete(key);
    this.#move(key, response.id);
    this.tree.replace(key, { ...response, previous_response_id: previous });
    // Its events will come from the first one on.
    if (!this.snapshots.has(response.id))
      this.#put(isRunning(response) ? { ...response, output: [] } : response);
    return isWhole;
  }

  /** @param {string} id a waiting message, or one on its way @param {string} text what it says now */
  amend(id, text) {
    const said = { ...this.response(id), input: [{ role: "user", content: text }] };
    if (this.pending.has(id)) this.pending.set(id, said);
    else this.#put(said);
  }

  /** Takes a message back; those behind it move up. @param {string} id */
  withdraw(id) {
    const { previous_response_id: previous } = this.response(id);
    this.pending.delete(id);
    this.#forget(id);
    this.#move(id, previous);
    this.tree.lift(id);
  }

  /**
   * @param {object} event with the stream_id of its response
   * @returns {boolean} whether a message that waited is being answered now
   */
  apply(event) {
    const id = event.stream_id;
    const begins = this.waiting.delete(id);
    if (begins) this.#put({ ...this.response(id), waiting: false });
    const snapshot = this.snapshots.get(id);
    if (!snapshot) return false;
    this.applied.set(id, event.sequence_number);
    snapshot.apply(event);
    return begins;
  }

  /** @param {string} id @param {object} response all of it, up to its sequence_number; it may go back */
  replace(id, response) {
    const begins = this.waiting.has(id) && !response.waiting;
    this.applied.set(id, response.sequence_number);
    this.#put(response);
    return begins;
  }

  #take(response) {
    const known = this.snapshots.get(response.id)?.response;
    if (!known || !isRunning(response)) this.#put(response);
    else if (known.waiting) {
      // Its events, if there are any by now, come from the first one on.
      const { output, sequence_number } = known;
      this.#put({ ...response, output, sequence_number });
    }
  }

  #put(response) {
    this.snapshots.set(response.id, new Snapshot(response));
    if (response.waiting) this.waiting.add(response.id);
    else this.waiting.delete(response.id);
  }

  /** What is on its way behind one response follows another one now. */
  #move(from, to) {
    for (const [key, sent] of this.pending) {
      if (sent.previous_response_id === from)
        this.pending.set(key, { ...sent, previous_response_id: to });
    }
  }

  #knows(id) {
    return (id ?? null) === null || this.tree.nodes.has(id);
  }

  #forgetGone() {
    const gone = [...this.snapshots.keys()].filter((id) => !this.tree.nodes.has(id));
    for (const id of gone) this.#forget(id);
    return gone;
  }

  #forget(id) {
    this.snapshots.delete(id);
    this.applied.delete(id);
    this.waiting.delete(id);
  }

  #followsRunning(id) {
    const parent = this.tree.parent(id);
    return parent !== null && this.has(parent) && isRunning(this.response(parent));
  }
}
