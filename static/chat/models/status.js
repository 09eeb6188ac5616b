// The state of an answer, in the name of a sentence that a person understands.
import { hasText } from "./items.js";
import { phaseOf } from "./steps.js";

/**
 * @typedef {object} Status
 * @property {string} name a message's name
 * @property {"quiet" | "warning" | "error"} tone
 * @property {boolean} retry whether it can be asked again
 * @property {boolean} goOn whether it can go on where it was cut
 * @property {object | null} error what the server says of it, see `failureWords`
 * @property {import("./steps.js").Sentence | null} [phase] what a tool does meanwhile
 * @property {number} [until] when the provider is asked again, in Unix seconds
 */

const RUNNING = new Set(["queued", "in_progress"]);
/** How long the words hold that a provider is being asked once more. */
const ASKING_AGAIN = 30;

/** @param {{status: string}} response */
export const isRunning = (response) => RUNNING.has(response.status);

const quiet = (name) => ({ name, tone: "quiet", retry: false, goOn: false, error: null });
const ended = (name, tone, error = null) => ({ name, tone, retry: true, goOn: false, error });
const cut = (name, tone) => ({ ...ended(name, tone), goOn: true });

const INCOMPLETE = {
  interrupted: cut("interrupted", "warning"),
  max_output_tokens: cut("cut", "warning"),
  content_filter: ended("filtered", "warning"),
  steered: quiet("steered"),
  tool_limit: cut("toolLimit", "warning"),
};

/**
 * @param {object} response as the API writes it
 * @param {"sending" | "offline" | "saving" | "held" | null} pending while the server has not
 *   acknowledged the question
 * @param {number} now the server's time, in Unix seconds
 * @returns {Status | null} null for an answer that ended well: nothing needs saying
 */
export function statusOf(response, pending = null, now = Date.now() / 1000) {
  if (pending) return quiet(pending === "held" ? "queued" : pending);
  if (isRunning(response)) return running(response, now);
  const status = ending(response);
  if (!status?.goOn || hasText(response.output)) return status;
  // There is nothing to go on from where no word has come: what was thought took all there was.
  return { ...status, name: status.name === "cut" ? "usedUp" : status.name, goOn: false };
}

function running(response, now) {
  if (response.waiting) return quiet("queued");
  const written = hasText(response.output);
  const retry = isAsking(response) ? response.retry : null;
  if (retry?.at > now) return { ...quiet("retryIn"), error: retry, until: retry.at };
  const isAskedAgain = response.status === "queued" && now - retry?.at < ASKING_AGAIN;
  if (isAskedAgain) return quiet("askingAgain");
  const phase = phaseOf(response.output);
  if (!response.background) return { ...quiet(written ? "writing" : "thinking"), phase };
  const waits = response.status === "queued" && !written;
  return waits ? quiet("queuedFor") : { ...quiet("inBackground"), phase };
}

/** Whether the provider has said nothing yet, or nothing since it was told what a call gave. */
const isAsking = ({ output }) => !output?.length || output.at(-1).type === "function_call_output";

function ending(response) {
  switch (response.status) {
    case "cancelled":
      return cut("stopped", "quiet");
    case "failed":
      return ended(
        hasText(response.output) ? "brokeOff" : "failed",
        "error",
        response.error ?? null,
      );
    case "incomplete":
      return INCOMPLETE[response.incomplete_details?.reason] ?? ended("incomplete", "warning");
    default:
      // Of what a script told of, nobody was asked.
      if (response.output?.length || response.model === "") return null;
      return ended(response.removed?.length ? "takenOut" : "empty", "quiet");
  }
}
