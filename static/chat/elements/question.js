// One question: its text, and in place of it, while it is being changed, a small form.
import { message } from "../messages.js";
import { filesOf, sharedFilesOf } from "../models/files.js";
import { questionText } from "../models/items.js";
import { isRunning } from "../models/status.js";
import { copy } from "./clipboard.js";
import { clone, fit, onAction, part, setText } from "./dom.js";
import { addMenu } from "./add-menu.js";
import { announce } from "./announcer.js";
import { Attachments } from "./attachments.js";
import { when } from "./facts.js";
import { showFiles, showGiven } from "./files-view.js";
import { MoreMenu } from "./more-menu.js";
import { showPictures } from "./question-pictures.js";
import { QueuedLine } from "./queued.js";
import { showSiblings } from "./siblings.js";
import { toolName } from "./tool-name.js";

export class QuestionView {
  /** @param {import("./actions.js").Actions} actions */
  constructor(actions) {
    this.actions = actions;
    this.node = clone("question");
    this.turn = null;
    this.form = null;
    this.queued = new QueuedLine(part(this.node, "queued"), {
      edit: () => this.edit(this.text),
      withdraw: () => actions.withdraw(this.turn.id),
      sending: actions.sending,
    });
    onAction(this.node, "copy", (event) => copy(event.currentTarget, this.text));
    onAction(this.node, "edit", () => this.edit(this.text));
    new MoreMenu(part(this.node, "more"), () => this.#subject, actions.branches);
  }

  get text() {
    return questionText(this.turn.response.input);
  }

  /** @param {import("../models/conversation.js").Turn} turn */
  update(turn) {
    this.turn = turn;
    const { continues } = turn.response;
    const { decided } = turn;
    part(this.node, "continued").hidden = !continues && !decided;
    setText(part(this.node, "continued-words"), decided ? decisionWords(decided) : message("continued"));
    // A decision is not changed; where there is another one beside it, it is in reach.
    const isShown = decided ? turn.questions.count > 1 : !continues;
    // A script may tell of an answer to nothing.
    const isNothing = turn.response.input?.length === 0;
    part(this.node, "shown").hidden = !isShown || isNothing || this.form !== null;
    this.node.classList.toggle("decision", Boolean(decided));
    this.node.classList.toggle("waits", turn.queued);
    this.node.setAttribute("aria-label", message(nameOf(turn)));
    setText(part(this.node, "text"), continues ? "" : this.text);
    part(this.node, "text").hidden = !this.text;
    showPictures(part(this.node, "pictures"), turn.response.input);
    const { input } = turn.response;
    const files = continues ? [] : [...filesOf(input), ...sharedFilesOf(input)];
    showFiles(part(this.node, "files"), files, this.actions.opensFiles === true);
    showGiven(part(this.node, "given"), turn.response.folder_files ?? []);
    this.queued.update(turn, Boolean(this.actions.withdraw));
    part(this.node, "tools").hidden = turn.queued;
    setText(part(this.node, "asked-at"), when(turn.response.created_at));
    const isNamedHere = turn.questions.count > 1 && turn.answers.count < 2;
    const named = isNamedHere ? turn.id : null;
    showSiblings(part(this.node, "siblings"), turn.questions, this.actions, named);
    part(this.node, "more").hidden = !this.actions.branches || turn.pending;
    part(this.node, "edit").hidden = !this.actions.edit || turn.pending;
    this.#nameSubmit();
  }

  get #subject() {
    const { id, response, answers } = this.turn;
    return { id, running: isRunning(response), isBranch: answers.count < 2 };
  }

  /** @param {string} text what the form begins with */
  edit(text) {
    if (this.form) return;
    this.from = document.activeElement;
    this.form = clone("edit-form");
    const area = part(this.form, "draft");
    area.value = text;
    this.#attach(area);
    this.#nameSubmit();
    this.form.addEventListener("submit", (event) => this.#submit(event));
    onAction(this.form, "cancel", () => this.#giveUp());
    area.addEventListener("keydown", (event) => this.#key(event));
    area.addEventListener("input", () => fit(area));
    part(this.node, "shown").hidden = true;
    this.node.prepend(this.form);
    fit(area);
    area.focus();
  }

  /** Its files stay, and others can be added. */
  #attach(area) {
    const { files } = this.actions;
    part(this.form, "add").hidden = !files;
    if (!files) return;
    this.files = new Attachments(part(this.form, "files"), area, files, () => {});
    this.files.uploads.set(filesOf(this.turn.response.input));
    addMenu(
      this.form,
      (chosen) => this.files.add(chosen),
      (address) => this.files.uploads.read(address),
    );
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") this.#giveUp();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #submit(event) {
    event.preventDefault();
    const text = part(this.form, "draft").value;
    const { uploads } = this.files;
    if (uploads.isBusy || uploads.failed.length) {
      const name = uploads.isBusy ? "filesUploading" : "filesFailed";
      return announceAndShow(this.form, message(name));
    }
    if (!text.trim() && uploads.isEmpty) return;
    this.#close();
    if (this.turn.queued) this.actions.amend(this.turn.id, text, uploads.parts);
    else this.actions.edit(this.turn.id, text, uploads.parts);
  }

  /** A message may begin to be answered while it is being changed: then it is asked anew. */
  #nameSubmit() {
    if (this.form) setText(part(this.form, "submit"), message(this.turn.queued ? "save" : "send"));
  }

  /** What is still being uploaded for it is for nobody. */
  #giveUp() {
    this.files.uploads.set([]);
    this.#close();
  }

  /** The focus goes back to where it came from: a button here, or the message box. */
  #close() {
    this.form.remove();
    this.form = null;
    part(this.node, "shown").hidden = false;
    const button = this.turn.queued ? this.queued.editButton : part(this.node, "edit");
    const isThere = this.from?.matches("textarea, button") && this.from.checkVisibility();
    (isThere ? this.from : button).focus({ preventScroll: true });
  }
}

function announceAndShow(form, text) {
  const note = part(form, "note");
  note.textContent = text;
  note.hidden = false;
  announce(text);
}

/** @param {import("../models/approvals.js").Decided[]} decided @returns {string} */
const decisionWords = (decided) =>
  decided
    .map(({ tool, approve }) => message(approve ? "allowedTool" : "deniedTool", { tool: toolName(tool) }))
    .join(" · ");

function nameOf({ queued, response, decided }) {
  if (decided) return "yourDecision";
  if (response.continues) return "continued";
  return queued ? "queuedMessage" : "yourMessage";
}
