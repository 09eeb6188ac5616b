// The path shown, as a list of turns. The same for the chat and for those who review.
import { answerText, questionText } from "../models/items.js";
import { isRunning } from "../models/status.js";
import { clone, setChildren } from "./dom.js";
import { heldArrow } from "./held-arrow.js";

/**
 * A turn has its place on the page, and is drawn there when it is near and what draws is there:
 * until then, and when it was put away, there is its text for the browser's own search, and room of
 * the height it had.
 */
class TurnView {
  /** @param {string} id @param {Transcript} transcript */
  constructor(id, transcript) {
    this.id = id;
    this.transcript = transcript;
    this.turn = null;
    this.node = clone("turn");
    this.content = /** @type {import("./turn-content.js").TurnContent | null} */ (null);
    this.away = /** @type {HTMLElement[] | null} */ (null); // what was drawn and is put away
    this.isDrawn = false;
  }

  /** @param {import("../models/conversation.js").Turn} turn */
  update(turn) {
    this.id = turn.id;
    this.turn = turn;
    this.node.dataset.response = turn.id;
    if (this.isDrawn) this.content.update(turn);
    else if (!this.node.childElementCount) this.#leaveRoom(expectedHeight(turn));
  }

  draw() {
    const { Content, actions } = this.transcript;
    if (this.isDrawn || !Content) return;
    this.isDrawn = true;
    this.node.style.blockSize = "";
    if (this.away) this.node.replaceChildren(...this.away);
    this.content ??= new Content(this.node, actions);
    this.content.update(this.turn);
  }

  /** Unless somebody is at work in it. */
  putAway() {
    const isInUse = this.node.contains(document.activeElement) || this.#isSelected;
    if (!this.isDrawn || isInUse || this.content.isChanging) return;
    const { height } = this.node.getBoundingClientRect();
    this.isDrawn = false;
    this.away = /** @type {HTMLElement[]} */ ([...this.node.children]);
    this.#leaveRoom(height);
  }

  /** Opens its question to be changed. */
  editQuestion() {
    this.draw();
    this.node.scrollIntoView({ block: "nearest" });
    this.content?.editQuestion();
  }

  /** What its answer asks for is to be decided. */
  focusRequest() {
    this.draw();
    this.content?.focusRequest();
  }

  /** Draws what passes with time: elapsed seconds, a lost connection. */
  tick() {
    const all = this.turn.columns ?? [this.turn];
    if (all.some(({ pending, response }) => pending || isRunning(response))) this.update(this.turn);
  }

  remove() {
    const stretch = this.node.parentElement;
    this.node.remove();
    if (!stretch.childElementCount) stretch.remove();
  }

  get #isSelected() {
    const selection = getSelection();
    return !selection.isCollapsed && selection.containsNode(this.node, true);
  }

  #leaveRoom(height) {
    const text = clone("turn-text");
    const { input, output } = this.turn.response;
    text.textContent = `${questionText(input)}\n${answerText(output)}`;
    this.node.replaceChildren(text);
    this.node.style.blockSize = `${height}px`;
  }
}

const LINE = 28; // px
const LETTERS = 75; // in a line
const TOOLS = 120; // px: what a turn has besides its text

/** A guess, until it was drawn once. */
function expectedHeight({ response }) {
  const text = answerText(response.output);
  const lines = text.split("\n").length / 2 + text.length / LETTERS;
  return Math.round(TOOLS + LINE * lines);
}

/**
 * Turns that belong to one act of asking stand in one stretch, which has room for them to grow
 * into: a question with its answer, what was queued behind it, what went on from it.
 */
export class Transcript {
  /**
   * @param {HTMLElement} root
   * @param {import("./actions.js").Actions} actions
   * @param {typeof import("./turn-content.js").TurnContent | null} [Content] draws a turn; until it
   *   is there the turns have their places
   */
  constructor(root, actions, Content = null) {
    this.root = root;
    this.actions = actions;
    this.Content = Content;
    this.drawsAll = true; // unless somebody else says when to draw a turn
    this.turns = /** @type {TurnView[]} */ ([]);
  }

  /** @param {import("../models/conversation.js").Turn[]} path shown from now on */
  show(path) {
    const giveBack = heldArrow(this);
    const known = new Map(this.turns.map((view) => [view.id, view]));
    const ids = new Set(path.map(({ id }) => id));
    for (const view of this.turns) if (!ids.has(view.id)) view.remove();
    this.turns = path.map(({ id }) => known.get(id) ?? new TurnView(id, this));
    path.forEach((turn, index) => this.turns[index].update(turn));
    if (this.drawsAll) this.turns.forEach((view) => view.draw());
    setChildren(this.root, this.#stretches());
    const last = this.turns.findLast(({ turn }) => !turn.queued);
    this.turns.forEach((view) => view.node.classList.toggle("last", view === last));
    giveBack();
  }

  /** @returns {HTMLElement[]} the stretches that the turns stand in, each with its turns */
  #stretches() {
    const stretches = /** @type {Map<HTMLElement, HTMLElement[]>} */ (new Map());
    let present = null;
    for (const { turn, node } of this.turns) {
      const joins = present && (turn.queued || turn.response.continues || turn.decided);
      if (!joins) present = this.#stretchOf(node, stretches);
      stretches.set(present, [...(stretches.get(present) ?? []), node]);
    }
    for (const [stretch, nodes] of stretches) setChildren(stretch, nodes);
    return [...stretches.keys()];
  }

  /** The one that begins with this turn, unless another one has begun with it by now. */
  #stretchOf(node, taken) {
    const own = node.parentElement;
    return own && own.firstElementChild === node && !taken.has(own) ? own : clone("stretch");
  }

  /** @param {string | null} parent @returns {TurnView | undefined} what follows it where it is shown */
  below(parent) {
    return this.turns.find(({ turn }) => (turn.response.previous_response_id ?? null) === parent);
  }

  /** The turn sent under this key is stored under this id now. @param {string} key @param {string} id */
  rename(key, id) {
    const view = this.view(key);
    if (view) view.id = id;
  }

  /** @param {import("../models/conversation.js").Turn} turn draws it again, if it is shown */
  update(turn) {
    this.view(turn.id)?.update(turn);
  }

  /** @param {string} id @returns {TurnView | undefined} */
  view(id) {
    return this.turns.find((view) => view.id === id);
  }

  /** @returns {TurnView | undefined} */
  get last() {
    return this.turns.at(-1);
  }

  /** Opens the last own message to be changed. @returns {boolean} whether there is one */
  editLast() {
    const own = ({ turn: { response, decided, pending } }) =>
      !response.continues && !response.compacts && !decided && !pending;
    const view = this.Content && this.turns.findLast(own);
    if (!view) return false;
    view.editQuestion();
    return true;
  }

  tick() {
    for (const view of this.turns) view.tick();
  }
}
