// What the person has had in view, and how they hear of what they have not: a dot in the sidebar,
// a line on the page where they look at another conversation, and where they look elsewhere a mark
// in the tab's title and a notice of the browser's, if they asked for that.
import { message } from "./messages.js";

/** Time for another page that shows the end to say so: nobody is told what they are looking at. */
const PATIENCE = 1_500;

/** @typedef {import("./models/history.js").Summary} Summary */

export class Attention {
  /**
   * @param {object} parts
   * @param {import("./socket.js").Socket} parts.socket
   * @param {import("./models/history.js").History} parts.history
   * @param {import("./models/notifications.js").Notifications} parts.notifications
   * @param {{mark: () => void, unmark: () => void}} parts.title
   * @param {{setTimeout: Function}} parts.world
   * @param {() => boolean} parts.visible whether the page can be seen
   * @param {() => string | null} parts.open the conversation that it shows
   * @param {(summary: Summary) => void} parts.tell says on the page that an answer is ready
   * @param {(id: string) => void} parts.visit shows a conversation, and the page
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.ended = new Map(); // conversation → the answer of it that ended last
    this.expected = new Set(); // answers that were asked for on this page
    this.unsaid = new Set(); // conversations seen while the server could not be told
  }

  /** There is a connection. */
  connected() {
    for (const id of this.unsaid) this.#say(id);
    this.unsaid.clear();
  }

  /** It was asked for on this page. @param {string} answer */
  expects(answer) {
    this.expected.add(answer);
  }

  /** @param {Summary} summary @returns {Summary} as it is to be shown: what is in view is seen */
  look(summary) {
    if (!summary.unseen || !this.#inView(summary.id)) return summary;
    if (this.socket.connected) this.#say(summary.id);
    else this.unsaid.add(summary.id);
    return { ...summary, unseen: false };
  }

  /** @param {Summary | undefined} before @param {Summary} after what the sidebar shows now */
  changed(before, after) {
    const answer = before?.answering;
    if (!answer || answer === after.answering || this.ended.get(after.id) === answer) return;
    this.ended.set(after.id, answer);
    // What a script asks, it waits for itself.
    if (after.key_name && !this.expected.has(answer)) return;
    if (!this.visible() && after.unseen) this.title.mark();
    if (!this.#inView(after.id))
      this.world.setTimeout(() => this.#notify(after.id, answer), PATIENCE);
  }

  /** The person looks at the page again. */
  returned() {
    this.title.unmark();
  }

  #say(id) {
    this.socket.send({ type: "conversation.seen", conversation_id: id });
  }

  #inView(id) {
    return this.visible() && this.open() === id;
  }

  #notify(id, answer) {
    const summary = this.history.get(id);
    if (!summary?.unseen || this.#inView(id)) return;
    if (this.visible()) return this.tell(summary);
    const words = { title: summary.title || message("untitled"), body: message("answerReady") };
    this.notifications.show({ ...words, tag: answer }, () => this.visit(id));
  }
}
