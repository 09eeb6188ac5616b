// The open conversation: a part of its tree, the responses known so far, and what the person has
// sent that the server has not acknowledged yet. The part is a stretch of the path shown, with
// what stands beside it; it grows by what the reader scrolls to.
import { decisionsIn, isDecision, toolsDecided } from "./approvals.js";
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
 * @property {Map<string, boolean>} decisions on what its answer asks for, by what follows
 * @property {import("./approvals.js").Decided[] | null} decided it is asked by a decision on these
 * @property {import("./tree.js").Siblings} questions
 * @property {import("./tree.js").Siblings} answers
 * @property {Turn[] | null} columns the answers of several models, side by side until one is kept
 */

export class Conversation {
  constructor() {
    this.summary = null;
    this.thread = null;
    this.tree = new Tree();
    /** The cursors of what goes before and after; what is here above `earlier` may be old. */
    this.earlier = /** @type {string | null} */ (null);
    this.later = /** @type {string | null} */ (null);
    this.farEnd = /** @type {string | null} */ (null); // the last of the path, when it is later
    this.unfinished = /** @type {Set<string>} */ (new Set()); // on any branch, when it was loaded
    this.snapshots = /** @type {Map<string, Snapshot>} */ (new Map());
    this.described = /** @type {Map<string, object>} */ (new Map()); // what each snapshot says now
    this.applied = /** @type {Map<string, number>} */ (new Map());
    this.waiting = new Set(); // stored, and queued behind an answer that still runs
    this.stored = new Set(); // client keys that the server was seen to have
    this.marks = new Map(); // response → the name and pin of the branch that begins there
    this.forkedFrom = null;
    this.copiedFrom = null;
    this.beside = /** @type {Set<string>} */ (new Set()); // answers that stand side by side
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
    const { tree } = this;
    this.summary = state.conversation;
    this.thread = this.id;
    this.tree = new Tree(state.tree, state.selected_root_id);
    this.tree.latest = tree.latest;
    this.marks = new Map(state.branches?.map((mark) => [mark.id, mark]));
    this.forkedFrom = state.forked_from ?? null;
    this.copiedFrom = state.copied_from ?? null;
    this.beside = new Set(state.beside);
    this.#keepEarlier(tree, state);
    this.#takeCursors(state);
    this.unfinished = new Set(state.running);
    for (const response of state.responses) {
      this.stored.add(response.client_key);
      if (this.pending.delete(response.client_key)) this.#move(response.client_key, response.id);
      this.#take(response);
    }
    for (const response of state.others ?? []) this.#take(response);
    // What was sent is a path, which need not be the one that is remembered.
    const sent = state.responses.at(-1)?.id;
    if (sent) this.tree.select(sent);
    for (const key of this.pending.keys()) this.#hang(key, keepBranch);
    const stay = reading.findLast((id) => this.tree.nodes.has(id) && this.has(id));
    if (stay && !this.tree.path().includes(stay)) this.tree.select(stay);
    return this.#forgetGone();
  }

  /**
   * Takes in what goes before or after what is here.
   * @param {string} cursor `earlier` or `later` @param {object} page the server's answer to it
   */
  extend(cursor, page) {
    const isEarlier = cursor === this.earlier;
    if (!isEarlier && cursor !== this.later) return;
    const end = isEarlier ? this.tree.path().at(-1) : page.responses.at(-1)?.id;
    this.tree.extend(page.tree);
    for (const id of page.beside ?? []) this.beside.add(id);
    for (const response of [...page.responses, ...(page.others ?? [])]) this.#take(response);
    if (isEarlier) this.earlier = page.earlier;
    else Object.assign(this, { later: page.later, farEnd: page.end });
    if (end) this.tree.select(end);
    for (const key of this.pending.keys()) this.#hang(key, true);
  }

  /** @returns {string | null} the last of the path shown, which may be further than what is here */
  get end() {
    const last = this.tree.path().at(-1) ?? null;
    return this.later === null || this.pending.has(last) ? last : this.farEnd;
  }

  /** @param {string} id @returns {boolean} whether it exists, as far as is known */
  exists(id) {
    return this.tree.nodes.has(id) || this.unfinished.has(id);
  }

  /** @returns {Turn[]} root first */
  path() {
    const ids = this.tree.path().filter((id) => this.has(id));
    return ids.map((id) => this.turn(id));
  }

  /** @param {string} id @returns {Turn} */
  turn(id) {
    return { ...this.#turn(id), columns: this.#columns(id) };
  }

  #turn(id) {
    const pending = this.pending.has(id);
    const next = this.tree.next(id);
    const response = this.response(id);
    return {
      id,
      response,
      pending,
      queued: pending ? this.#followsRunning(id) : this.waiting.has(id),
      last: next === null && this.later === null,
      continued: this.has(next) && this.response(next).continues === true,
      decisions: decisionsIn(this.has(next) ? this.response(next).input : []),
      decided: isDecision(response) ? this.#decided(id) : null,
      questions: this.tree.questions(id),
      answers: this.tree.answers(id),
    };
  }

  #decided(id) {
    const parent = this.tree.parent(id);
    const asked = this.has(parent) ? this.response(parent).output : [];
    return toolsDecided(this.response(id).input, asked);
  }

  #columns(id) {
    if (!this.beside.has(id)) return null;
    const ids = this.tree.answersTo(id);
    const beside = ids.filter((each) => this.beside.has(each) && this.has(each));
    return beside.length > 1 ? beside.map((each) => this.#turn(each)) : null;
  }

  has(id) {
    return this.snapshots.has(id) || this.pending.has(id);
  }

  /** @param {string} id @returns {object} the API's response object so far */
  response(id) {
    const known = this.pending.get(id) ?? this.described.get(id);
    if (known) return known;
    const { response } = this.snapshots.get(id);
    this.described.set(id, response);
    return response;
  }

  /** @returns {object[]} full responses that are still being answered, or wait for it */
  running() {
    return [...this.snapshots.keys()].map((id) => this.response(id)).filter(isRunning);
  }

  /** @param {string} id @returns {number | null} the last event that is in the response here */
  position(id) {
    return this.applied.get(id) ?? this.response(id).sequence_number ?? null;
  }

  /** @param {Letter} letter on its way: shown at the place it is meant for */
  hold(letter) {
    this.thread ??= letter.thread;
    this.pending.set(letter.key, sketch(letter));
    this.#hang(letter.key, true);
    this.tree.select(letter.key);
    if (!letter.place.retry_of) this.#settle(this.tree.parent(letter.key));
  }

  /**
   * Puts what the server stored in the place of what was sent.
   * @param {string} key @param {object} summary @param {object} response
   * @param {object[]} others of other models that were asked with it
   * @returns {boolean} whether this page knows all of the tree that the summary is about
   */
  accept(key, summary, response, others = []) {
    const { previous_response_id: given } = response;
    const isShown = this.tree.nodes.has(key);
    const previous = this.#knows(given) || !isShown ? given : this.tree.parent(key);
    const isWhole = given === previous && !(summary.version > this.summary?.version + 1);
    this.summary = summary;
    this.thread = this.id;
    this.pending.delete(key);
    this.#move(key, response.id);
    if (!isShown && !this.#knows(given)) return isWhole; // on a branch that is not here
    this.tree.replace(key, { ...response, previous_response_id: previous });
    // Its events will come from the first one on.
    if (!this.snapshots.has(response.id))
      this.#put(isRunning(response) ? { ...response, output: [] } : response);
    this.#stand(response, others);
    return isWhole;
  }

  /** @param {string} id @param {string} rating what its person thinks of it now */
  rate(id, rating) {
    if (this.snapshots.has(id)) this.#put({ ...this.response(id), rating });
  }

  /** @param {string} id a waiting message, or one on its way @param {string} text what it says now */
  amend(id, given) {
    const input = typeof given === "string" ? [{ role: "user", content: given }] : given;
    const said = { ...this.response(id), input };
    if (this.pending.has(id)) this.pending.set(id, said);
    else this.#put(said);
  }

  /** Takes a message back; those behind it move up. @param {string} id */
  withdraw(id) {
    const { previous_response_id: previous } = this.response(id);
    const others = this.#columns(id)?.filter((turn) => turn.id !== id) ?? [];
    for (const other of others) {
      this.#forget(other.id);
      this.tree.remove(other.id);
    }
    this.pending.delete(id);
    this.#forget(id);
    this.#move(id, previous);
    if (this.tree.nodes.has(id)) this.tree.lift(id);
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
    this.described.delete(id);
    snapshot.apply(event);
    return begins;
  }

  /** @param {string} id @param {object} response all of it, up to its sequence_number; it may go back */
  replace(id, response) {
    const begins = this.waiting.has(id) && !response.waiting;
    this.applied.set(id, response.sequence_number);
    // Who asked stays as it is known, and is not said again.
    const { key_name } = this.snapshots.get(id)?.response ?? {};
    this.#put(key_name ? { ...response, key_name } : response);
    return begins;
  }

  /** One of several answers is gone on from: the others are behind the arrows. */
  #settle(id) {
    if (this.beside.has(id)) this.#leave(id);
  }

  /** Whatever stood beside this one is behind the arrows. */
  #leave(id) {
    for (const each of this.tree.answersTo(id)) this.beside.delete(each);
  }

  /** The answers of several models stand side by side. */
  #stand(response, others) {
    if (!others.length) return;
    this.#leave(response.id);
    this.beside.add(response.id);
    for (const other of others) {
      this.beside.add(other.id);
      const { previous_response_id } = this.tree.nodes.get(response.id);
      if (!this.tree.nodes.has(other.id)) this.tree.hang({ ...other, previous_response_id });
      if (!this.snapshots.has(other.id))
        this.#put(isRunning(other) ? { ...other, output: [] } : other);
    }
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
    this.described.delete(response.id);
    if (response.waiting) this.waiting.add(response.id);
    else this.waiting.delete(response.id);
  }

  /** What is on its way behind one response follows another one now. */
  #move(from, to) {
    for (const [key, sent] of this.pending) {
      const moved = { ...sent };
      if (sent.previous_response_id === from) moved.previous_response_id = to;
      if (sent.follows === from) moved.follows = to;
      this.pending.set(key, moved);
    }
  }

  /**
   * Shows what is on its way behind what it follows. That may be elsewhere, or gone meanwhile.
   * @param {string} key @param {boolean} anywhere else at the end of the branch shown, or nowhere
   */
  #hang(key, anywhere) {
    const sent = this.pending.get(key);
    if (this.tree.nodes.has(key)) this.tree.remove(key);
    const known = [sent.follows, sent.previous_response_id].find((id) => this.#knows(id));
    if (known === undefined && !anywhere) return;
    const previous_response_id = known === undefined ? this.tree.path().at(-1) : known;
    this.pending.set(key, { ...sent, previous_response_id });
    this.tree.hang(this.pending.get(key));
  }

  #knows(id) {
    if ((id ?? null) !== null) return this.tree.nodes.has(id);
    const [first] = this.tree.children(null);
    return first === undefined || this.tree.parent(first) === null;
  }

  #takeCursors({ earlier = null, later = null, end = null }) {
    Object.assign(this, { earlier, later, farEnd: end });
  }

  /** What the reader scrolled to stays, as old as it is, above what was loaded. */
  #keepEarlier(tree, { earlier }) {
    const path = tree.path();
    const above = path.slice(0, Math.max(0, path.indexOf(earlier)));
    if (!above.length) return;
    const ids = [null, ...above.slice(0, -1)].flatMap((parent) => tree.children(parent));
    this.tree.extend(ids.filter((id) => !this.pending.has(id)).map((id) => tree.nodes.get(id)));
  }

  #forgetGone() {
    const gone = [...this.snapshots.keys()].filter((id) => !this.tree.nodes.has(id));
    for (const id of gone) this.#forget(id);
    return gone;
  }

  #forget(id) {
    this.snapshots.delete(id);
    this.described.delete(id);
    this.applied.delete(id);
    this.waiting.delete(id);
  }

  #followsRunning(id) {
    const parent = this.tree.parent(id);
    return parent !== null && this.has(parent) && isRunning(this.response(parent));
  }
}
