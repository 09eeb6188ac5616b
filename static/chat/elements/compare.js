// Two answers side by side, or where it is narrow one text, with the words marked that differ.
import { message } from "../messages.js";
import { decisionsIn, requestsIn, toolOf } from "../models/approvals.js";
import { diff, likeness } from "../models/diff.js";
import { answerText, questionText } from "../models/items.js";
import { announce } from "./announcer.js";
import { clone, onAction, part, setText } from "./dom.js";
import { linesOf } from "./facts.js";
import { toolName } from "./tool-name.js";

const TAG = { removed: "del", added: "ins" };

/**
 * @typedef {{id: string, label: string}} Candidate an answer that can be chosen
 *
 * @typedef {object} CompareActions
 * @property {(one: string, other: string) => Promise<object[]>} load both responses
 * @property {(id: string) => void} jump
 * @property {(error: Error) => void} failed
 * @property {{id: string, label: string}[]} models
 */

export class CompareView {
  /** @param {HTMLDialogElement} dialog @param {CompareActions} actions */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.chosen = ["", ""];
    this.sides = [0, 1].map((index) => this.#side(index));
    part(dialog, "sides").append(...this.sides);
  }

  /** @param {Candidate[]} candidates @param {string} one @param {string} other */
  async show(candidates, one, other) {
    this.chosen = [one, other];
    for (const side of this.sides)
      part(side, "choice").replaceChildren(...candidates.map(({ id, label }) => new Option(label, id)));
    if (!(await this.#load())) return;
    if (!this.dialog.open) this.dialog.showModal();
  }

  #side(index) {
    const side = clone("compare-side");
    const choice = /** @type {HTMLSelectElement} */ (part(side, "choice"));
    choice.setAttribute("aria-label", message(index ? "compareSecond" : "compareFirst"));
    choice.addEventListener("change", () => {
      this.chosen[index] = choice.value;
      this.#load();
    });
    onAction(side, "open", () => {
      this.dialog.close();
      this.actions.jump(this.chosen[index]);
    });
    return side;
  }

  /** @returns {Promise<boolean>} whether both are there */
  async #load() {
    const chosen = this.chosen.join();
    try {
      const responses = await this.actions.load(...this.chosen);
      if (chosen === this.chosen.join()) this.#draw(responses);
      return true;
    } catch (error) {
      this.actions.failed(error);
      return false;
    }
  }

  #draw(responses) {
    const [one, other] = responses.map(saidIn);
    const asked = responses.map(askedBy);
    const pieces = diff(one, other);
    const questions = asked[0] === asked[1] ? [] : diff(...asked);
    this.sides.forEach((side, index) => {
      part(side, "choice").value = this.chosen[index];
      setText(part(side, "facts"), linesOf(responses[index], this.actions.models));
      const kind = index ? "added" : "removed";
      write(part(side, "question"), questions.filter((piece) => piece.kind === "same" || piece.kind === kind));
      part(side, "question").hidden = !questions.length;
      write(part(side, "text"), pieces.filter((piece) => piece.kind === "same" || piece.kind === kind));
    });
    write(part(this.dialog, "inline-text"), [...questions, ...gap(questions), ...pieces]);
    const percent = Math.round(likeness(pieces) * 100);
    setText(part(this.dialog, "likeness"), message("alike", { percent }));
    announce(message("alike", { percent }));
  }
}

/** @param {object} response @returns {string} what it says, and asks for */
function saidIn({ output }) {
  const asks = requestsIn(output).map((request) => {
    const values = { tool: toolName(toolOf(request)), arguments: request.arguments ?? "" };
    return message("asksToUse", values);
  });
  return [answerText(output), ...asks].filter(Boolean).join("\n\n");
}

/** @param {object} response @returns {string} what a person wrote, or decided */
function askedBy({ input, continues }) {
  if (continues) return "";
  const words = [...decisionsIn(input).values()].map((may) => message(may ? "approved" : "denied"));
  return words.join(" ") || questionText(input);
}

const gap = (questions) => (questions.length ? [{ kind: "same", text: "\n\n" }] : []);

/** @param {HTMLElement} node @param {import("../models/diff.js").Piece[]} pieces */
function write(node, pieces) {
  node.replaceChildren(
    ...pieces.map(({ kind, text }) => {
      if (kind === "same") return text;
      const marked = document.createElement(TAG[kind]);
      marked.textContent = text;
      return marked;
    }),
  );
}
