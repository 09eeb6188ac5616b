// One box of the map: what was asked and answered there, and what can be done with it.
import { message } from "../messages.js";
import { isRunning } from "../models/status.js";
import { clone, part, setText } from "./dom.js";
import { MoreMenu } from "./more-menu.js";

export class MapNode {
  /**
   * @param {import("./actions.js").Branches} branches
   * @param {{id: string, label: string}[]} models
   */
  constructor(branches, models) {
    this.models = models;
    this.box = null;
    this.node = clone("map-node");
    this.more = part(this.node, "more");
    new MoreMenu(this.more, () => this.#subject, branches);
  }

  /** @param {import("../models/tree-map.js").Box} box */
  update(box) {
    this.box = box;
    const { entry } = box;
    const { node } = this;
    node.dataset.id = entry.id;
    node.style.left = `${box.x}px`;
    node.style.top = `${box.y}px`;
    node.classList.toggle("run", entry.run > 0);
    node.classList.toggle("shown", entry.shown);
    node.classList.toggle("here", entry.here);
    node.classList.toggle("running", !entry.run && isRunning(entry));
    node.classList.toggle("pinned", entry.pinned === true);
    this.more.hidden = entry.run > 0;
    setText(part(node, "name"), entry.name ?? "");
    setText(part(node, "asked"), asked(entry));
    setText(part(node, "answer"), entry.run ? "" : entry.answer);
    setText(part(node, "model"), entry.run ? "" : this.#model);
    this.#describe(box);
  }

  /** @param {boolean} isCurrent whether the keyboard lands here */
  mark(isCurrent) {
    this.node.tabIndex = isCurrent ? 0 : -1;
  }

  get #model() {
    const { model_id: id, model } = this.box.entry;
    return this.models.find((one) => one.id === id)?.label ?? model ?? "";
  }

  get #subject() {
    const { entry } = this.box;
    return { id: entry.id, running: isRunning(entry), isBranch: true };
  }

  #describe({ entry, level, siblings, children }) {
    const { node } = this;
    const said = [entry.name, asked(entry), this.#model, entry.answer]; // as it stands there
    const where = entry.here ? message("youAreHere") : "";
    const pinned = entry.pinned ? message("pinned") : "";
    node.setAttribute("aria-label", [...said, pinned, where].filter(Boolean).join(". "));
    node.setAttribute("aria-level", String(level + 1));
    node.setAttribute("aria-setsize", String(siblings.length));
    node.setAttribute("aria-posinset", String(siblings.findIndex((one) => one.entry === entry) + 1));
    if (entry.run) node.setAttribute("aria-expanded", "false");
    else if (children.length) node.setAttribute("aria-expanded", "true");
    else node.removeAttribute("aria-expanded");
    if (entry.here) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
  }
}

/** @param {object} entry @returns {string} what stands there of the question */
export function asked({ run, continues, decides, question }) {
  if (run) return message("moreMessages", { count: run });
  if (decides) return message("yourDecision");
  return continues ? message("continued") : question;
}
