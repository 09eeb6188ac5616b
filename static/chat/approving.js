// What a person does about the tools that an answer asks for: allows, denies, and takes back what
// was allowed for the whole conversation.
import { announce } from "./elements/announcer.js";
import { toolName } from "./elements/tool-name.js";
import { message } from "./messages.js";
import { isAllowed, openRequests, toolOf, Verdicts } from "./models/approvals.js";

/** @typedef {import("./models/approvals.js").Verdict} Verdict */

const WORDS = { once: "approved", always: "approvedAlways", deny: "denied" };

export class Approving {
  /**
   * @param {object} parts
   * @param {() => import("./session.js").Session} parts.session
   * @param {() => import("./asking.js").Asking} parts.asking
   * @param {import("./api.js").Api} parts.api
   * @param {Storage | null} parts.storage @param {string | number} parts.user
   * @param {(act: () => Promise<void>) => Promise<void>} parts.attempt
   * @param {(summary: object) => void} parts.changed the server has changed the conversation
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.verdicts = new Verdicts(parts.storage, parts.user);
  }

  /** @param {object} request @returns {boolean} whether its tool may be used in this conversation */
  isAllowed(request) {
    return isAllowed(this.#allowed, request);
  }

  /** @param {object} response @param {object} request @returns {Verdict | null} not sent yet */
  verdict(response, request) {
    return this.verdicts.of(response, request, this.#allowed);
  }

  /** @param {object} response @param {object} request @param {Verdict} verdict */
  decide(response, request, verdict) {
    const answer = this.verdicts.give(response, request.id, verdict, this.#allowed);
    const words = message(WORDS[verdict]);
    announce(answer ? words : `${words} ${message("decideOthers")}`);
    if (answer && this.asking().decide(response.id, answer)) this.verdicts.forget(response.id);
    else this.session().show();
    this.#goOn(response);
  }

  /** @param {object} response @param {object} request whose verdict is to be another one */
  takeBack(response, request) {
    this.verdicts.takeBack(response, request.id);
    this.session().show();
    this.#focus(response);
  }

  /** Decides the request that is open where the person reads. @param {Verdict} verdict */
  decideOpen(verdict) {
    const response = this.#last;
    const request = response && this.verdicts.next(response, this.#allowed);
    if (request) this.decide(response, request, verdict);
    else announce(message("nothingAsked"));
  }

  /** A tool is asked for again. @param {import("./models/approvals.js").Tool} tool */
  withdraw(tool) {
    return this.attempt(async () => {
      this.changed(await this.api.withdrawTool(this.session().conversation.id, tool));
      announce(message("askedAgain", { tool: toolName(tool) }));
    });
  }

  /** @param {object} response that has ended @returns {string} what it asks for, or "" */
  announcement(response) {
    const tools = openRequests(response).filter((request) => !this.isAllowed(request)).map(toolOf);
    return tools.length ? message("asksFor", { tools: tools.map(toolName).join(", ") }) : "";
  }

  get #allowed() {
    return this.session().conversation.summary?.approvals ?? [];
  }

  /** @returns {object | null} the answer at the end of the branch shown, if it may be decided on */
  get #last() {
    const turn = this.session().conversation.path().at(-1);
    return turn?.last && !turn.pending && !turn.queued ? turn.response : null;
  }

  /** The focus goes to what is decided next, or where the next message is written. */
  #goOn(response) {
    if (this.verdicts.has(response.id)) this.#focus(response);
    else this.session().composer.invite();
  }

  #focus(response) {
    this.session().transcript.view(response.id)?.focusRequest();
  }
}
