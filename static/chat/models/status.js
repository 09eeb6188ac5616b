// The state of an answer, in the name of a sentence that a person understands.
import { hasText } from "./items.js";

/**
 * @typedef {{name: string, tone: "quiet" | "warning" | "error", retry: boolean, detail: string}} Status
 *   `name` is a message's name; `detail` is a sentence from the server, or ""
 */

const RUNNING = new Set(["queued", "in_progress"]);

/** @param {{status: string}} response */
export const isRunning = (response) => RUNNING.has(response.status);

const quiet = (name) => ({ name, tone: "quiet", retry: false, detail: "" });
const ended = (name, tone, detail = "") => ({ name, tone, retry: true, detail });

const INCOMPLETE = {
  interrupted: ended("interrupted", "warning"),
  max_output_tokens: ended("cut", "warning"),
  content_filter: ended("filtered", "warning"),
};

/**
 * @param {object} response as the API writes it
 * @param {"sending" | "offline" | null} pending while the server has not acknowledged the question
 * @returns {Status | null} null for an answer that ended well: nothing needs saying
 */
export function statusOf(response, pending = null) {
  if (pending) return quiet(pending);
  switch (response.status) {
    case "queued":
    case "in_progress":
      return quiet(hasText(response.output) ? "writing" : "thinking");
    case "cancelled":
      return ended("stopped", "quiet");
    case "failed":
      return ended(
        hasText(response.output) ? "brokeOff" : "failed",
        "error",
        response.error?.message ?? "",
      );
    case "incomplete":
      return INCOMPLETE[response.incomplete_details?.reason] ?? ended("incomplete", "warning");
    default:
      return response.output?.length ? null : ended("empty", "quiet");
  }
}
