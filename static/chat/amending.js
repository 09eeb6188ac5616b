// Edits and withdrawals of messages that wait for their turn: shown at once, said to the server
// until its state shows that they were made, or that they came too late.
import { Amendments, frameOf } from "./models/amendments.js";

const NOT_FOUND = 404;
const BUSY = 500;
const CHECK = 3_000; // ms after which a change is asked for again

/** @typedef {import("./models/amendments.js").Change} Change */

export class Amending {
  /**
   * @param {import("./socket.js").Socket} socket
   * @param {{setTimeout: Function}} world
   * @param {{open: () => string | null, reload: () => void, late: (change: Change) => void}} page
   */
  constructor(socket, world, page) {
    this.socket = socket;
    this.world = world;
    this.page = page;
    this.amendments = new Amendments();
    this.isChecking = false;
  }

  /** @param {Change} change */
  want(change) {
    this.amendments.want(change);
    this.socket.send(frameOf(change));
    this.#checkLater();
  }

  /** There is a connection again. */
  connected() {
    for (const change of this.amendments.all) this.socket.send(frameOf(change));
    this.#checkLater();
  }

  /** @param {import("./models/conversation.js").Conversation} conversation just loaded */
  reconcile(conversation) {
    for (const change of this.amendments.reconcile(conversation)) this.page.late(change);
  }

  /** @param {object} frame an error @returns {boolean} whether it was about one of these */
  refused({ stream_id: id, status }) {
    if (status >= BUSY) return this.amendments.wanted.has(id); // it is asked for again
    const change = this.amendments.take(id);
    if (!change) return false;
    const isDone = change.text === null && status === NOT_FOUND;
    if (!isDone) this.page.late(change);
    this.page.reload();
    return true;
  }

  #checkLater() {
    if (this.isChecking || !this.amendments.all.length) return;
    this.isChecking = true;
    this.world.setTimeout(() => this.#check(), CHECK);
  }

  /** A change, or the hint that it was made, may have been lost. */
  #check() {
    this.isChecking = false;
    if (!this.socket.connected || !this.amendments.all.length) return;
    const open = this.page.open();
    for (const change of this.amendments.all) {
      this.socket.send(frameOf(change));
      // What became of it elsewhere is seen when that conversation is opened.
      if (change.conversation !== open) this.amendments.take(change.id);
    }
    this.page.reload();
    this.#checkLater();
  }
}
