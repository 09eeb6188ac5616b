// The quiet line below an answer, and the fuller one for those who review conversations.
import { message } from "../messages.js";
import { money } from "../models/money.js";
import { failureWords } from "./failure-words.js";

const language = document.documentElement.lang || undefined;
const number = new Intl.NumberFormat(language);
const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const seconds = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** @param {number | undefined} timestamp in seconds @returns {string} with its day, if that is not today */
export function when(timestamp) {
  if (!timestamp) return "";
  const date = new Date(timestamp * 1000);
  return date.toDateString() === new Date().toDateString()
    ? clock.format(date)
    : calendar.format(date);
}

const joined = (facts) => facts.filter(Boolean).join(" · ");

/** @param {object} response @param {{id: string, label: string}[]} models @returns {string} */
export function factsOf(response, models) {
  const label = models.find(({ id }) => id === response.model_id)?.label ?? response.model ?? "";
  const tokens = response.usage?.output_tokens;
  const length = tokens ? message("tokens", { tokens: number.format(tokens) }) : "";
  const { unsupported } = response;
  const leftOut = unsupported?.length
    ? message("leftOut", { settings: unsupported.join(", ") })
    : "";
  const moment = when(response.completed_at ?? response.created_at);
  return joined([response.assistant, label, moment, length, costOf(response), leftOut]);
}

/** @param {object} response @param {{id: string, label: string}[]} models @returns {string} a fact a line */
export function linesOf(response, models) {
  const { started_at: started, created_at: created, completed_at: completed } = response;
  const label = models.find(({ id }) => id === response.model_id)?.label ?? response.model ?? "";
  const took = completed && Math.max(0, completed - (started ?? created));
  const lines = [
    throughKey(response),
    label,
    tokensOf(response),
    took && message("took", { seconds: seconds.format(took) }),
    response.cost && message("cost", { cost: money(response.cost) }),
    response.sent in SENT && message(SENT[response.sent]),
  ];
  return lines.filter(Boolean).join("\n");
}

/** What a script asked. */
const throughKey = ({ key_name: name }) => name && message("throughKey", { name });

/** What an answer took of them, as far as its provider has said: what it has not is never 0. */
function tokensOf({ usage, completed_at: completed }) {
  const { input_tokens: input, output_tokens: output, total_tokens: total } = usage ?? {};
  if (input != null && output != null) {
    return message("tokensInOut", { input: number.format(input), output: number.format(output) });
  }
  if (total != null) return message("tokensInAll", { total: number.format(total) });
  return completed ? message("tokensUnknown") : "";
}

// How the conversation before it came to the provider.
const SENT = { chained: "sentChained", replayed: "sentReplayed" };

/**
 * @param {object} response @param {{id: string, label: string}[]} models
 * @returns {string} who answers in whose place, and why; nothing where it is who was asked
 */
export function insteadOf({ instead_of: instead, model, model_id: id }, models) {
  if (!instead) return "";
  const label = models.find((each) => each.id === id)?.label ?? model ?? "";
  return message("instead", { model: label, provider: instead.by, reason: failureWords(instead) });
}

/** What an answer cost; nothing where it is not known, or was free. */
function costOf({ cost }) {
  return cost && Number(cost.amount) > 0 ? money(cost) : "";
}

/** What is recorded of a call of this server's tools: who allowed it, how long it took, what came. */
const callFacts = ({ name, decision, seconds: took, size, error }) =>
  `${name}: ${[
    decision && message(DECISIONS[decision]),
    took !== null && message("took", { seconds: seconds.format(took) }),
    size !== null && message("characters", { count: number.format(size) }),
    error,
  ]
    .filter(Boolean)
    .join(", ")}`;

const DECISIONS = { allowed: "callAllowed", always: "callAlways", denied: "callDenied" };

/** @param {object} response @returns {string} model, tokens, timings, calls, state and error */
export function reviewOf(response) {
  const {
    error,
    started_at: started,
    first_output_at: first,
    completed_at: completed,
  } = response;
  const began = started ?? response.created_at;
  const span = (end) => (end && began ? seconds.format(Math.max(0, end - began)) : "–");
  return joined([
    throughKey(response),
    response.assistant,
    response.model,
    tokensOf(response),
    response.cost && message("cost", { cost: money(response.cost) }),
    message("timings", { first: span(first), total: span(completed) }),
    response.status,
    response.rating && message(response.rating === "good" ? "ratedGood" : "ratedBad"),
    response.incomplete_details?.reason,
    error && [error.code, failureWords(error)].filter(Boolean).join(": "),
    ...(response.tool_calls ?? []).map(callFacts),
    response.created_at && calendar.format(new Date(response.created_at * 1000)),
  ]);
}
