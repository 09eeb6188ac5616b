// What was sent and is not known to be stored: in the order of sending, kept over a reload. One
// that follows another leaves when the server has said what the one before is called.
import { framed } from "./files.js";
import { isUnborn } from "./letters.js";
import { Store } from "./store.js";

/** @typedef {import("./letters.js").Letter} Letter */

const MOST = 50;
const DAY = 24 * 60 * 60 * 1000;
const KEPT_FOR = 7 * DAY;
const ORPHANED = 15_000; // ms after which the page that wrote a message has surely gone or sent it
const STORED = JSON.stringify({ stored: true });

/** @param {string | null} text @returns {boolean} whether a page says that the server has it */
export const isStored = (text) => text === STORED;

export class Outbox {
  /**
   * @param {Storage | null} storage
   * @param {string | number} user whose messages they are
   * @param {() => number} now milliseconds since 1970
   * @param {string} tab whose messages are this page's own, also after a reload
   */
  constructor(storage, user, now = Date.now, tab = "") {
    this.store = new Store(storage, `outbox:${user}:`);
    this.now = now;
    this.tab = tab;
    this.letters = /** @type {Map<string, Letter>} */ (new Map());
    for (const letter of this.#stored()) this.letters.set(letter.key, letter);
  }

  /** @returns {Letter[]} those too old to be sent without asking; they are not kept any longer */
  takeExpired() {
    const old = [...this.letters.values()].filter(({ at }) => this.now() - at > KEPT_FOR);
    for (const { key } of old) this.#drop(key);
    return old;
  }

  get isFull() {
    return this.letters.size >= MOST;
  }

  has(key) {
    return this.letters.has(key);
  }

  /** @param {Letter} letter @returns {boolean} whether it would survive a reload */
  add(letter) {
    letter.tab ??= this.tab;
    this.letters.set(letter.key, letter);
    return this.store.set(letter.key, JSON.stringify(letter));
  }

  /** @param {string} key @returns {Letter | null} null while the one before is on its way itself */
  ready(key) {
    const letter = this.letters.get(key);
    return letter && !this.has(letter.place.previous_response_id) ? letter : null;
  }

  /** @param {string | null} thread @returns {Letter[]} */
  of(thread) {
    return [...this.letters.values()].filter((letter) => letter.thread === thread);
  }

  /**
   * @returns {string | null} the conversation written last that the server does not know yet, here
   *   or in a page that is no more
   */
  unborn() {
    const letters = [...this.letters.values()].filter(
      ({ tab, at }) => (tab ?? "") === this.tab || this.now() - at > ORPHANED,
    );
    return letters.map(({ thread }) => thread).findLast(isUnborn) ?? null;
  }

  /**
   * The server has it: what follows it can leave.
   * @param {string} key @param {string} response its id @param {string} conversation
   * @returns {Letter[]} what waited for this one alone
   */
  settle(key, response, conversation) {
    const letter = this.letters.get(key);
    if (!letter) return [];
    // For the other pages, which could not tell this from one that was taken back.
    this.store.set(key, STORED);
    this.#drop(key);
    if (letter.thread !== conversation) this.#move(letter.thread, conversation);
    return this.#after(key).map((next) => this.#hang(next, response));
  }

  /** @param {string} key @param {string | object[]} input what it says instead */
  amend(key, input) {
    const letter = this.letters.get(key);
    if (!letter) return;
    letter.frame.input = framed(input);
    letter.place.input = input;
    this.add(letter);
  }

  /** Takes one back; those behind it move up. @param {string} key @returns {Letter | undefined} */
  withdraw(key) {
    const letter = this.letters.get(key);
    if (!letter) return undefined;
    this.#drop(key);
    for (const next of this.#after(key)) this.#hang(next, letter.place.previous_response_id);
    return letter;
  }

  /** One was refused: what was meant to follow it is not sent. @returns {Letter[]} all of them */
  refuse(key) {
    const letter = this.letters.get(key);
    if (!letter) return [];
    this.#drop(key);
    return [letter, ...this.#after(key).flatMap((next) => this.refuse(next.key))];
  }

  /** The conversation that was new has an id now. */
  #move(thread, conversation) {
    for (const letter of this.of(thread)) {
      letter.thread = conversation;
      if ("conversation" in letter.frame) letter.frame.conversation = conversation;
      this.add(letter);
    }
  }

  #after(key) {
    return [...this.letters.values()].filter(({ place }) => place.previous_response_id === key);
  }

  #hang(letter, previous) {
    letter.place.previous_response_id = previous;
    if ("previous_response_id" in letter.frame) letter.frame.previous_response_id = previous;
    this.add(letter);
    return letter;
  }

  #drop(key) {
    this.letters.delete(key);
    this.store.remove(key);
  }

  #stored() {
    const letters = this.store.names().map((name) => readLetter(this.store.get(name)));
    return letters.filter(Boolean).sort((one, other) => one.at - other.at);
  }
}

/** @param {string} text from the storage, which anything may have written @returns {Letter | null} */
function readLetter(text) {
  try {
    const letter = JSON.parse(text);
    return letter.key && letter.frame.client_key === letter.key && letter.place ? letter : null;
  } catch {
    return null;
  }
}
