// Sends messages until the server has decided about each: again after a loss of the connection,
// after a pause when it could not store them just now, always under the same key.
import { backoff } from "./models/backoff.js";

const BUSY = 500; // this status and those above: nothing is decided
const PATIENCE = 15_000; // ms without an answer before the connection is taken for dead

/** @typedef {import("./models/letters.js").Letter} Letter */

export class Sending {
  /**
   * @param {import("./models/outbox.js").Outbox} outbox
   * @param {import("./socket.js").Socket} socket
   * @param {{setTimeout: Function, clearTimeout: Function, random: () => number}} world
   */
  constructor(outbox, socket, world) {
    this.outbox = outbox;
    this.socket = socket;
    this.world = world;
    this.tries = /** @type {Map<string, number>} */ (new Map()); // key → how often it was put off
    this.timers = new Map();
  }

  /** @param {Letter} letter @returns {boolean} whether it would survive a reload */
  post(letter) {
    const isKept = this.outbox.add(letter);
    this.#dispatch(letter.key);
    return isKept;
  }

  /** There is a connection again: everything goes out on it. */
  connected() {
    for (const key of this.outbox.letters.keys()) this.#dispatch(key);
  }

  /** @param {{client_key: string, conversation: object, response: object}} frame it is stored */
  accepted({ client_key: key, conversation, response }) {
    this.#settled(key);
    const next = this.outbox.settle(key, response.id, conversation.id);
    for (const letter of next) this.#dispatch(letter.key);
  }

  /**
   * @param {{client_key?: string, status: number}} frame an error
   * @returns {Letter[] | null} what will not be sent; null while nothing is decided
   */
  refused({ client_key: key, status }) {
    if (status >= BUSY) return this.#putOff(key);
    const letters = this.outbox.refuse(key);
    for (const letter of letters) this.#settled(letter.key);
    return letters;
  }

  /** Another page has had it stored: the server says so here, too. @param {string} key */
  again(key) {
    this.#dispatch(key);
  }

  /** @param {string} key @returns {Letter | undefined} what is taken back before it was stored */
  withdraw(key) {
    this.#settled(key);
    return this.outbox.withdraw(key);
  }

  /** @param {string} key @returns {"held" | "offline" | "saving" | "sending"} */
  state(key) {
    if (!this.socket.connected) return "offline";
    if (this.outbox.has(key) && !this.outbox.ready(key)) return "held";
    return this.tries.has(key) ? "saving" : "sending";
  }

  /** Without a key it is not known which one met the error: all on their way may have. */
  #putOff(key) {
    const keys = key ? [key] : [...this.outbox.letters.keys()];
    for (const each of keys) if (this.outbox.ready(each)) this.#later(each);
    return null;
  }

  #later(key) {
    const tries = this.tries.get(key) ?? 0;
    this.tries.set(key, tries + 1);
    this.#wait(key, backoff(tries, this.world.random), () => this.#dispatch(key));
  }

  #dispatch(key) {
    const letter = this.outbox.ready(key);
    if (!letter || !this.socket.connected) return;
    this.socket.send(letter.frame);
    this.#wait(key, PATIENCE, () => this.#unanswered(key));
  }

  #unanswered(key) {
    if (!this.socket.connected) return;
    this.tries.set(key, this.tries.get(key) ?? 1);
    this.socket.restart();
  }

  #wait(key, time, run) {
    this.world.clearTimeout(this.timers.get(key));
    this.timers.set(key, this.world.setTimeout(run, time));
  }

  #settled(key) {
    this.tries.delete(key);
    this.world.clearTimeout(this.timers.get(key));
    this.timers.delete(key);
  }
}
