// The one websocket: keeps itself connected and takes up every running answer where this browser
// stands. It knows frames, not what they mean on the page.
import { backoff } from "./models/backoff.js";
import { Following, isTerminal } from "./models/following.js";
import { isRunning } from "./models/status.js";

const STEADY = 5_000; // ms a connection must last before the next loss counts as the first
const SIGNED_OUT = 4401;
const TOO_MANY = 4429;
const BUSY = 500; // this status and those above: the same request may work later
const NOT_FOUND = 404;
const PATIENCE = 2_000;
const NOTICE = /^(conversations?|folders|memory|scripts)\./;

/**
 * @typedef {object} Handlers
 * @property {(event: object) => void} event an API event, in order, each once
 * @property {(id: string, response: object) => void} snapshot replaces all that was known of it
 * @property {(frame: object) => void} accepted
 * @property {(frame: object) => void} error
 * @property {(frame: object) => void} notice conversation.updated, conversations.updated,
 *   conversations.deleted, conversations.changed, folders.updated, memory.updated, scripts.hidden
 * @property {(connected: boolean, attempts: number) => void} connection
 * @property {() => void} signedOut
 */

export class Socket {
  /**
   * @param {string} url
   * @param {Handlers} handlers
   * @param {{WebSocket: typeof WebSocket, setTimeout: Function, clearTimeout: Function,
   *   now: () => number, random: () => number}} world the browser's, or a test's
   */
  constructor(url, handlers, world) {
    this.url = url;
    this.handlers = handlers;
    this.world = world;
    this.following = new Following(world.now);
    this.cancels = new Set(); // answers to stop, until their end is seen
    this.attempt = 0;
    this.socket = null;
    this.timer = null;
  }

  /** Connects now, whatever was planned. */
  connect() {
    this.#clear();
    if (this.socket) return;
    const socket = (this.socket = new this.world.WebSocket(this.url));
    const opened = this.world.now();
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#frame(String(data));
    socket.onclose = ({ code }) => this.#closed(socket, code, opened);
  }

  /** Drops a connection that may be dead without knowing it (the machine slept). */
  restart() {
    const old = this.socket;
    this.socket = null;
    if (old) {
      this.attempt ||= 1; // what was said on it may not have arrived
      old.onopen = old.onmessage = old.onclose = null;
      old.close();
    }
    this.connect();
  }

  /** @param {object} frame lost where there is no connection: who sends it, sends it again */
  send(frame) {
    if (this.connected) this.socket.send(JSON.stringify(frame));
  }

  /** @param {string} id @param {number | null} startingAfter the last sequence number applied */
  follow(id, startingAfter) {
    if (this.following.has(id)) return;
    this.following.start(id, startingAfter);
    this.#ask(id);
  }

  unfollow(id) {
    if (!this.following.has(id)) return;
    this.following.stop(id);
    this.send({ type: "response.unfollow", response_id: id });
  }

  cancel(id) {
    this.cancels.add(id);
    this.send({ type: "response.cancel", response_id: id });
  }

  /** Call when all events applied so far are on the page: lets the server send on. */
  drawn(id) {
    this.#acknowledge(id, this.following.drawn(id));
  }

  get connected() {
    return this.socket?.readyState === 1;
  }

  #ask(id) {
    this.send({
      type: "response.follow",
      response_id: id,
      starting_after: this.following.applied(id),
    });
  }

  /** The server could not do what was asked just now; the answers themselves go on. */
  #askLater(ids) {
    this.world.setTimeout(() => ids.forEach((id) => this.#askAgain(id)), PATIENCE);
  }

  #askAgain(id) {
    if (this.following.has(id)) this.#ask(id);
    if (this.cancels.has(id)) this.send({ type: "response.cancel", response_id: id });
  }

  #acknowledge(id, sequence) {
    if (sequence !== null)
      this.send({ type: "response.ack", response_id: id, sequence_number: sequence });
  }

  #opened() {
    this.following.restart();
    this.handlers.connection(true, this.attempt);
    for (const id of this.#open) this.#askAgain(id);
  }

  #closed(socket, code, opened) {
    if (socket !== this.socket) return;
    this.socket = null;
    if (code === SIGNED_OUT) return this.handlers.signedOut();
    if (this.world.now() - opened > STEADY) this.attempt = 0;
    const wait = backoff(code === TOO_MANY ? this.attempt + 4 : this.attempt, this.world.random);
    this.attempt += 1;
    this.handlers.connection(false, this.attempt);
    this.timer = this.world.setTimeout(() => this.connect(), wait);
  }

  /** What is followed, or is to be stopped. */
  get #open() {
    return new Set([...this.following.ids(), ...this.cancels]);
  }

  #clear() {
    if (this.timer !== null) this.world.clearTimeout(this.timer);
    this.timer = null;
  }

  #frame(data) {
    for (const line of data.split("\n")) {
      if (line) this.#message(JSON.parse(line), line.length);
    }
  }

  #message(message, bytes) {
    if (message.type === "response.accepted") this.#accepted(message);
    else if (message.type === "response.snapshot") this.#snapshot(message, bytes);
    else if (NOTICE.test(message.type)) this.handlers.notice(message);
    else if (message.type === "error" && "status" in message) this.#error(message);
    else if (message.stream_id) this.#event(message, bytes);
  }

  /** After a resend the answer may be under way already; then what is known here stays. */
  #accepted(message) {
    for (const { id } of [message.response, ...(message.others ?? [])])
      if (!this.following.has(id)) this.following.start(id, null);
    this.handlers.accepted(message);
  }

  #snapshot(message, bytes) {
    const { stream_id: id, response } = message;
    if (!this.following.jump(id, response.sequence_number ?? null, bytes)) return;
    this.handlers.snapshot(id, response);
    if (!isRunning(response)) this.#ended(id);
  }

  #event(event, bytes) {
    const id = event.stream_id;
    const step = this.following.take(id, event.sequence_number, bytes);
    if (step === "ask") this.#ask(id);
    if (step !== "apply") return;
    this.handlers.event(event);
    if (isTerminal(event)) this.#ended(id);
  }

  #ended(id) {
    this.#acknowledge(id, this.following.applied(id));
    this.#forget(id);
  }

  #error(message) {
    const { client_key: key, stream_id: id, status } = message;
    // Without a name it may have been about any of them.
    if (status >= BUSY && !key) this.#askLater(id ? [id] : [...this.#open]);
    if (status === NOT_FOUND && id) this.#forget(id);
    this.handlers.error(message);
  }

  #forget(id) {
    this.following.stop(id);
    this.cancels.delete(id);
  }
}
