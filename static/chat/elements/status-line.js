// The state of an answer in words, below what there is of it, with what can be done about it.
import { message, told } from "../messages.js";
import { isTooLong } from "../models/compaction.js";
import { elapsed } from "../models/elapsed.js";
import { statusOf } from "../models/status.js";
import { onAction, part, setText } from "./dom.js";
import { failureWords } from "./failure-words.js";

/** Named only when it takes so long, in seconds. */
const WORTH_NAMING = 2;

export class StatusLine {
  /**
   * @param {HTMLElement} node
   * @param {import("./actions.js").Actions} actions
   * @param {() => string} id of the response
   */
  constructor(node, actions, id) {
    this.node = node;
    this.actions = actions;
    onAction(node, "retry-now", () => actions.retry(id(), null));
    onAction(node, "go-on", () => actions.goOn(id()));
    onAction(node, "compact", () => actions.compact(id()));
    onAction(node, "withdraw", () => actions.withdraw(id()));
  }

  /**
   * @param {import("../models/conversation.js").Turn} turn
   * @param {number} seconds since the answer began
   * @param {boolean} isSaid whether the answer itself says that it is being thought about
   */
  update(turn, seconds, isSaid) {
    const { actions } = this;
    const pending = turn.pending ? actions.sending(turn.id) : null;
    const now = actions.now?.() ?? Date.now() / 1000;
    const status = statusOf(turn.response, pending, now);
    this.node.hidden = !status || turn.continued || (status.name === "thinking" && isSaid);
    if (this.node.hidden) return;
    this.node.dataset.tone = status.tone;
    this.node.dataset.name = status.name;
    setText(part(this.node, "text"), sentence(status, seconds, now));
    part(this.node, "note").hidden = !BACKGROUND.has(status.name);
    part(this.node, "retry").hidden = !status.retry || !actions.retry;
    part(this.node, "go-on").hidden = !status.goOn || !turn.last || !actions.goOn;
    const isTooMuch = isTooLong(turn.response) && turn.response.previous_response_id !== null;
    part(this.node, "compact").hidden = !isTooMuch || !turn.last || !actions.compact;
    part(this.node, "branch-note").hidden = !isTooMuch || !actions.edit;
    part(this.node, "withdraw").hidden = !pending || pending === "sending";
  }
}

const BACKGROUND = new Set(["queuedFor", "inBackground"]);

function sentence({ name, error, until, phase }, seconds, now) {
  if (phase) {
    const words = told(phase);
    return seconds < WORTH_NAMING
      ? words
      : message("phaseFor", { phase: words, elapsed: elapsed(seconds) });
  }
  if (name === "retryIn") {
    return message(name, { reason: failureWords(error, now), seconds: Math.max(1, Math.ceil(until - now)) });
  }
  const named = name === "thinking" && seconds >= WORTH_NAMING ? "thinkingFor" : name;
  const words = message(named, { seconds, elapsed: elapsed(seconds) });
  return [words, failureWords(error, now)].filter(Boolean).join(" ");
}
