// A message on its way: the frame that asks for it, and the place where it is shown meanwhile.

/**
 * @typedef {object} Letter
 * @property {string} key its client key: sent twice, it is stored and answered once
 * @property {object} frame the response.create
 * @property {{previous_response_id: string | null, retry_of?: string | null, continues?: boolean,
 *   input?: string | object[]}} place the one before may be another letter, named by its key
 * @property {string} thread the conversation's id, or a name of its own until it has one
 * @property {number} at when it was written, in milliseconds since 1970
 * @property {string} [tab] the page where it was written
 */

/**
 * @param {object} request what the frame says besides its type and key
 * @param {Letter["place"]} place
 * @param {string | null} thread null for the first message of a new conversation
 * @returns {Letter}
 */
export function write(request, place, thread) {
  const key = newKey();
  const frame = { type: "response.create", client_key: key, ...request };
  return { key, frame, place, thread: thread ?? `new ${key}`, at: Date.now() };
}

/** @param {string} thread @returns {boolean} whether it is no conversation of the server's yet */
export const isUnborn = (thread) => thread.startsWith("new ");

/** @param {Letter} letter @returns {object} what is on its way, in the shape of a response */
export function sketch({ key, frame, place }) {
  const input = place.input ?? frame.input ?? []; // its files' names are in the place alone
  return {
    id: key,
    status: "queued",
    input: typeof input === "string" ? [{ role: "user", content: input }] : input,
    output: [],
    previous_response_id: place.previous_response_id,
    follows: place.previous_response_id, // also where it is shown behind something else
    retry_of: place.retry_of ?? null,
    continues: place.continues ?? false,
    compacts: place.compacts ?? null,
    background: frame.background ?? false,
    model_id: frame.models?.[0] ?? frame.model,
    chosen: frame.settings ?? {},
    assistant_id: frame.assistant ?? null,
  };
}

/** crypto.randomUUID is missing on plain http from another machine. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
