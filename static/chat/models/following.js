// Where this browser stands in each running answer: which event it applied last, which it has
// drawn, and whether one is missing.

const ACK_BYTES = 64 * 1024;
const ACK_MILLISECONDS = 1000;
const TERMINAL = new Set(["response.completed", "response.incomplete", "response.failed"]);

/** @param {{type: string}} event @returns {boolean} */
export const isTerminal = (event) => TERMINAL.has(event.type);

/** The last of none is written as null or as -1. */
const orNull = (sequence) => (sequence >= 0 ? sequence : null);

/** One followed answer. `applied` is the last sequence number taken, null before the first. */
class Follow {
  constructor(applied, now) {
    this.applied = orNull(applied);
    this.asked = false; // a gap was seen and the missing events were asked for
    this.bytes = 0;
    this.acknowledged = now;
  }
}

export class Following {
  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.now = now;
    this.follows = /** @type {Map<string, Follow>} */ (new Map());
  }

  /** @param {string} id @param {number | null} applied */
  start(id, applied) {
    this.follows.set(id, new Follow(applied, this.now()));
  }

  stop(id) {
    this.follows.delete(id);
  }

  has(id) {
    return this.follows.has(id);
  }

  /** @returns {string[]} the answers to ask for again after a reconnect */
  ids() {
    return [...this.follows.keys()];
  }

  /** After a new connection nothing that was asked for is on its way any more. */
  restart() {
    for (const follow of this.follows.values()) follow.asked = false;
  }

  /**
   * @param {string} id
   * @param {number | undefined} sequence the event's sequence number
   * @param {number} bytes its size on the wire
   * @returns {"apply" | "drop" | "ask"} "ask": events are missing, follow again from `applied`
   */
  take(id, sequence, bytes) {
    const follow = this.follows.get(id);
    if (!follow) return "drop";
    if (typeof sequence !== "number") return "apply";
    const expected = (follow.applied ?? -1) + 1;
    if (sequence < expected) return "drop";
    if (sequence > expected) {
      if (follow.asked) return "drop";
      follow.asked = true;
      return "ask";
    }
    follow.asked = false;
    follow.applied = sequence;
    follow.bytes += bytes;
    return "apply";
  }

  /**
   * The server sent everything up to here as one snapshot. Its word holds, also where it goes back:
   * an answer that was taken over goes on from what was stored of it.
   */
  jump(id, sequence, bytes) {
    const follow = this.follows.get(id);
    if (!follow) return false;
    follow.applied = orNull(sequence);
    follow.asked = false;
    follow.bytes += bytes;
    return true;
  }

  applied(id) {
    return this.follows.get(id)?.applied ?? null;
  }

  /**
   * Everything applied has been drawn.
   * @returns {number | null} the sequence number to acknowledge now, if it is time
   */
  drawn(id) {
    const follow = this.follows.get(id);
    if (!follow?.bytes || follow.applied === null) return null;
    const waited = this.now() - follow.acknowledged;
    if (follow.bytes < ACK_BYTES && waited < ACK_MILLISECONDS) return null;
    follow.bytes = 0;
    follow.acknowledged = this.now();
    return follow.applied;
  }
}
