// Whether a tool may be used that an answer asks for: what is open, what was decided, and what the
// person has decided here that is not sent yet. The server's words are in
// conversations/protocol/approvals.py.
import { asList, isObject, isText } from "./shapes.js";
import { Store } from "./store.js";

/**
 * @typedef {"once" | "always" | "deny"} Verdict
 * @typedef {{server_label: string, name: string}} Tool
 * @typedef {{tool: Tool | null, approve: boolean}} Decided
 */

const REQUEST = "mcp_approval_request";
const ANSWER = "mcp_approval_response";

const ofType = (items, type) => asList(items).filter((item) => isObject(item) && item.type === type);
const answersIn = (items) => ofType(items, ANSWER).filter((item) => isText(item.approval_request_id));

/** @param {{input?: object[]}} response @returns {boolean} whether it was made by a decision */
export const isDecision = ({ input }) => answersIn(input).length > 0;

/** @param {object[]} output @returns {object[]} the requests in it that nothing in it decides */
export function requestsIn(output) {
  const decided = decisionsIn(output);
  return ofType(output, REQUEST).filter(({ id }) => isText(id) && id && !decided.has(id));
}

/** @param {object} response @returns {object[]} what its person may decide: it has to be whole */
export const openRequests = ({ status, output }) => (status === "completed" ? requestsIn(output) : []);

/** @param {object[]} items @returns {Map<string, boolean>} by the request, whether it was allowed */
export const decisionsIn = (items) =>
  new Map(answersIn(items).map((item) => [item.approval_request_id, item.approve === true]));

/** @param {object} request @returns {Tool} */
export const toolOf = ({ server_label: server, name }) => ({
  server_label: isText(server) ? server : "",
  name: isText(name) ? name : "",
});

/** @param {object[]} input @param {object[]} before what asked for it @returns {Decided[]} */
export function toolsDecided(input, before) {
  const asked = new Map(ofType(before, REQUEST).map((item) => [item.id, toolOf(item)]));
  return [...decisionsIn(input)].map(([id, approve]) => ({ tool: asked.get(id) ?? null, approve }));
}

/** @param {Tool} one @param {Tool} other */
const isSame = (one, other) => one.server_label === other.server_label && one.name === other.name;

/** @param {Tool[]} allowed @param {object} request */
export const isAllowed = (allowed, request) => allowed.some((tool) => isSame(tool, toolOf(request)));

/** So many answers' decisions are kept over a reload. */
const MOST = 50;

/** Decisions on some of the requests of an answer, until each of them has one; a reload keeps them. */
export class Verdicts {
  /** @param {Storage | null} storage @param {string | number} user whose decisions they are */
  constructor(storage = null, user = "") {
    this.store = new Store(storage, `verdicts:${user}:`);
    this.given = /** @type {Map<string, Map<string, Verdict>>} */ (new Map()); // by response
  }

  /** @param {string} id of a response @returns {boolean} whether some of its requests have one */
  has(id) {
    return this.#given(id).size > 0;
  }

  /**
   * @param {object} response @param {object} request of it
   * @param {Tool[]} allowed in this conversation
   * @returns {Verdict | null} its own, or what was said of its tool once for all
   */
  of(response, request, allowed = []) {
    const given = this.#given(response.id);
    const own = given.get(request.id);
    if (own) return own;
    const always = openRequests(response).filter(({ id }) => given.get(id) === "always");
    return isAllowed([...allowed, ...always.map(toolOf)], request) ? "always" : null;
  }

  /**
   * @param {object} response @param {string} id of its request @param {Verdict} verdict
   * @param {Tool[]} allowed
   * @returns {{input: object[], always: string[]} | null} what is to be sent once all have one
   */
  give(response, id, verdict, allowed = []) {
    const given = this.#given(response.id).set(id, verdict);
    this.#keep(response.id, given);
    const requests = openRequests(response);
    const all = requests.map((request) => [request.id, this.of(response, request, allowed)]);
    if (all.some(([, each]) => each === null)) return null;
    return {
      input: all.map(([each, word]) => ({
        type: ANSWER,
        approval_request_id: each,
        approve: word !== "deny",
      })),
      always: all.filter(([each]) => given.get(each) === "always").map(([each]) => each),
    };
  }

  /** @param {object} response @param {string} id whose verdict is taken back */
  takeBack(response, id) {
    const given = this.#given(response.id);
    given.delete(id);
    this.#keep(response.id, given);
  }

  /** They are on their way. @param {string} id of the response */
  forget(id) {
    this.given.delete(id);
    this.store.remove(id);
  }

  /** @param {object} response @param {Tool[]} allowed @returns {object | null} the first without */
  next(response, allowed = []) {
    return openRequests(response).find((each) => this.of(response, each, allowed) === null) ?? null;
  }

  #given(id) {
    if (!this.given.has(id)) this.given.set(id, verdictsIn(this.store.get(id)));
    return this.given.get(id);
  }

  #keep(id, given) {
    if (given.size) this.store.set(id, JSON.stringify([...given]));
    else this.store.remove(id);
    // The ids grow with time.
    for (const old of this.store.names().sort().slice(0, -MOST)) this.store.remove(old);
  }
}

const KNOWN = ["once", "always", "deny"];

/** @param {string | null} kept @returns {Map<string, Verdict>} by the request */
function verdictsIn(kept) {
  try {
    const pairs = asList(JSON.parse(kept ?? "[]")).filter(Array.isArray);
    return new Map(pairs.filter(([id, verdict]) => isText(id) && KNOWN.includes(verdict)));
  } catch {
    return new Map(); // nothing of ours
  }
}
