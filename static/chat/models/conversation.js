// The open conversation: its tree, the responses known so far, and what the person has sent that
// the server has not acknowledged yet.
import { Snapshot } from "./snapshot.js";
import { isRunning } from "./status.js";
import { Tree } from "./tree.js";

/**
 * @typedef {object} Turn one question and its answer, as shown
 * @property {string} id the response's, or the client key while it is being sent
 * @property {object} response
 * @property {boolean} pending
 * @property {import("./tree.js").Siblings} questions
 * @property {import("./tree.js").Siblings} answers
 */

export class Conversation {
  constructor() {
    this.summary = null;
    this.tree = new Tree();
    this.snapshots = /** @type {Map<string, Snapshot>} */ (new Map());
    this.applied = /** @type {Map<string, number>} */ (new Map());
    this.pending = /** @type {Map<string, object>} */ (new Map()); // client key → as a response
  }

  get id() {
    return this.summary?.id ?? null;
  }

  /**
   * Takes the server's word. An answer that streams in here stays as it is: its events are ahead
   * of what a page load can say.
   * @param {object} state
   * @param {{keepBranch?: boolean}} options whether to stay on the branch being read
   */
  load(state, { keepBranch = false } = {}) {
    const reading = keepBranch ? this.tree.path().at(-1) : undefined;
    const latest = this.tree.latest;
    this.summary = state.conversation;
    this.tree = new Tree(state.tree, state.selected_root_id);
    this.tree.latest = latest;
    for (const response of state.responses) this.#take(response);
    for (const sent of this.pending.values()) this.tree.add(sent);
    const gone = reading !== undefined && this.has(reading) && !this.tree.path().includes(reading);
    if (gone) this.tree.select(reading);
  }

  /** @returns {Turn[]} root first */
  path() {
    return this.tree
      .path()
      .filter((id) => this.has(id))
      .map((id) => this.turn(id));
  }

  /** @param {string} id @returns {Turn} */
  turn(id) {
    const [questions, answers] = [this.tree.questions(id), this.tree.answers(id)];
    return { id, response: this.response(id), pending: this.pending.has(id), questions, answers };
  }

  has(id) {
    return this.snapshots.has(id) || this.pending.has(id);
  }

  /** @param {string} id @returns {object} the API's response object so far */
  response(id) {
    return this.pending.get(id) ?? this.snapshots.get(id).response;
  }

  /** @returns {object[]} full responses that are still being answered */
  running() {
    return [...this.snapshots.values()].map(({ response }) => response).filter(isRunning);
  }

  /** @param {string} text @param {string | null} model @returns {object} the frame to send */
  ask(text, model) {
    const previous = this.tree.path().at(-1) ?? null;
    return this.#send({
      input: text,
      model,
      conversation: this.id,
      previous_response_id: previous,
    });
  }

  /** Asks another question in place of this one. */
  edit(id, text, model) {
    const previous = this.tree.parent(id);
    return this.#send({
      input: text,
      model,
      conversation: this.id,
      previous_response_id: previous,
    });
  }

  /** Asks the same question again; without a model, the one that answered. */
  retry(id, model) {
    const { input, model_id: same, previous_response_id: previous } = this.response(id);
    const place = { input, previous_response_id: previous, retry_of: this.tree.question(id) };
    return this.#send({ retry_of: id, model: model ?? same ?? null }, place);
  }

  /** Shows it at once, under its client key. */
  #send(request, place = request) {
    const key = newKey();
    this.pending.set(key, sketch(key, { ...request, ...place }));
    this.tree.add(this.pending.get(key));
    return { type: "response.create", client_key: key, ...request };
  }

  /** @param {string} key @param {object} summary @param {object} response what the server stored */
  accept(key, summary, response) {
    this.summary = summary;
    if (this.pending.delete(key)) this.tree.remove(key);
    if (this.snapshots.has(response.id)) return;
    this.tree.add(response);
    // Its events will come from the first one on.
    this.#take(isRunning(response) ? { ...response, output: [] } : response);
  }

  /** @param {string} key @returns {object | undefined} what was refused, as a response */
  refuse(key) {
    const sent = this.pending.get(key);
    if (!sent) return undefined;
    this.pending.delete(key);
    this.tree.remove(key);
    return sent;
  }

  #take(response) {
    if (!this.applied.has(response.id)) this.snapshots.set(response.id, new Snapshot(response));
  }

  /** @param {object} event with the stream_id of its response */
  apply(event) {
    const snapshot = this.snapshots.get(event.stream_id);
    if (!snapshot) return;
    this.applied.set(event.stream_id, event.sequence_number);
    snapshot.apply(event);
  }

  /** @param {string} id @param {object} response all of it, up to its sequence_number */
  replace(id, response) {
    this.applied.set(id, response.sequence_number);
    this.snapshots.set(id, new Snapshot(response));
  }
}

/** What is on its way, in the shape of a response. */
const sketch = (key, { input, previous_response_id, retry_of, model }) => ({
  id: key,
  status: "queued",
  input: typeof input === "string" ? [{ role: "user", content: input }] : input,
  output: [],
  previous_response_id,
  retry_of: retry_of ?? null,
  model_id: model,
});

/** crypto.randomUUID is missing on plain http from another machine. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
