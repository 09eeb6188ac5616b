// What a person is told of a failure, in the page's language. The table of sentences is in
// conversations/protocol/failures.py.
import { isKnown, message } from "../messages.js";
import { isObject } from "../models/shapes.js";

/**
 * @param {{message?: string, failure?: {kind: string, name?: string, words?: string,
 *   until?: number}} | null} error as it is stored; an old one has its words alone
 * @param {number} now in Unix seconds
 * @returns {string}
 */
export function failureWords(error, now = Date.now() / 1000) {
  const { message: words = "", failure } = error ?? {};
  const name = `failure_${failure?.kind}`;
  if (!isObject(failure) || !isKnown(name)) return words;
  return [
    message(name, { name: failure.name ?? "" }),
    failure.words && message("itSays", { words: failure.words }),
    failure.until && message("tryAgainAfter", { time: moment(failure.until, now) }),
  ]
    .filter(Boolean)
    .join(" ");
}

/** With the day, unless that is today. */
function moment(seconds, now) {
  const [then, today] = [seconds, now].map((each) => new Date(each * 1000));
  const isToday = then.toDateString() === today.toDateString();
  const form = { timeStyle: "short", ...(!isToday && { dateStyle: "medium" }) };
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(then);
}
