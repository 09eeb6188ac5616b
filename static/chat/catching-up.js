// Asks for what the server may have said while this page did not hear it, until there is an answer.
// It is nobody's act, so nothing is shown when it takes a while.
import { SignedOut } from "./api.js";
import { backoff } from "./models/backoff.js";

const NOT_FOUND = 404;
const JITTER = 2_000; // ms over which many pages that were told the same spread
const SLOWER = 2; // doublings: it is not as urgent as a connection

export class CatchingUp {
  /**
   * @param {object} parts
   * @param {import("./summaries.js").Summaries} parts.summaries
   * @param {() => import("./elements/folders.js").Folders} parts.folders
   * @param {import("./session.js").Session} parts.session
   * @param {import("./socket.js").Socket} parts.socket
   * @param {{setTimeout: Function, random: () => number}} parts.world
   * @param {(error: Error) => void} parts.failed
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The list, the open conversation, and the folders with what the open ones hold. */
  all() {
    return this.#until(async () => {
      await this.summaries.catchUp();
      await this.session.reload();
      await this.folders().catchUp();
    });
  }

  /** The same, when every open page is to do it now. */
  allInAWhile() {
    this.world.setTimeout(() => this.all(), this.world.random() * JITTER);
  }

  /** The open conversation alone. */
  open() {
    return this.#until(() => this.session.reload());
  }

  async #until(act, tries = SLOWER) {
    try {
      await act();
    } catch (error) {
      if (error instanceof SignedOut || error.status === NOT_FOUND) this.failed(error);
      // Without a connection it is done when there is one.
      else if (this.socket.connected) this.#later(act, tries);
    }
  }

  #later(act, tries) {
    const wait = backoff(tries, this.world.random);
    this.world.setTimeout(() => this.#until(act, tries + 1), wait);
  }
}
