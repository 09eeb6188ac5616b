// What a person can ask of the open conversation, as a message on its way.
import { framed } from "./files.js";
import { write } from "./letters.js";

/**
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./letters.js").Letter} Letter
 * @typedef {{model: string | null, background?: boolean, settings?: object,
 *   assistant?: string}} Options background only
 *   where it can be, settings only where there are any
 */

/**
 * @param {Conversation} conversation @param {string | object[]} input see `inputOf`
 * @param {Options} options @returns {Letter}
 */
export function ask(conversation, input, options) {
  const place = { previous_response_id: conversation.end };
  const request = { input: framed(input), conversation: conversation.id, ...place };
  return write({ ...request, ...options }, shown(place, input), conversation.thread);
}

/** Asks another question in place of this one. @param {string} id of its answer */
export function edit(conversation, id, input, options) {
  const place = { previous_response_id: conversation.tree.parent(id) };
  const request = { input: framed(input), conversation: conversation.id, ...place, branch: true };
  return write({ ...request, ...options }, shown(place, input), conversation.thread);
}

/** Asks the same question again. @param {string} id of the answer to it */
export function retry(conversation, id, options) {
  const { input, previous_response_id: previous, continues } = conversation.response(id);
  const question = conversation.tree.question(id);
  const place = { input, previous_response_id: previous, continues, retry_of: question };
  return write({ retry_of: id, ...options }, place, conversation.thread);
}

/** Goes on from the conversation up to here in short, on a branch of its own. @param {string} id */
export function compact(conversation, id, options) {
  const input = [{ type: "compaction_trigger" }];
  const place = { input, previous_response_id: null, compacts: id };
  return write({ compacts: id, ...options }, place, conversation.thread);
}

/** Has an answer go on that was cut. @param {string} id */
export function goOn(conversation, id, options) {
  const place = { previous_response_id: id, continues: true };
  return write({ continues: id, ...options }, place, conversation.thread);
}

/**
 * Decides on what an answer asks for, all of it. @param {string} id of the answer
 * @param {{input: object[], always: string[]}} decisions as `Verdicts` makes them
 */
export function decide(conversation, id, { input, always }, options) {
  const place = { previous_response_id: id };
  const request = { input, conversation: conversation.id, ...place, ...(always.length && { always }) };
  return write({ ...request, ...options }, { ...place, input }, conversation.thread);
}

/** What only names its files when it is sent is shown with what they are. */
const shown = (place, input) => (typeof input === "string" ? place : { ...place, input });
