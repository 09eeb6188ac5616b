// A tree of keys and values: arrows move, open and close, Home and End go to its ends, letters find.
// Branches are made when they are first opened: a large document costs what is looked at.
import { message } from "../messages.js";
import { clone, part } from "./dom.js";

/** So many levels are open at first, as long as there are not too many entries. */
const OPEN_LEVELS = 2;
const FEW = 40;
const AT_ONCE = 200;

const isBranch = (value) => typeof value === "object" && value !== null;
const sizeOf = (value) => Object.keys(value).length;

export class JsonTree {
  /** @param {object} value */
  constructor(value) {
    this.node = clone("json-tree");
    this.node.append(...this.#entries(value, 1));
    const first = this.node.querySelector('[role="treeitem"]');
    if (first) first.tabIndex = 0;
    this.node.addEventListener("keydown", (event) => this.#key(event));
    this.node.addEventListener("click", (event) => this.#click(event));
  }

  #entries(value, level) {
    const entries = Object.entries(value);
    const shown = entries.slice(0, AT_ONCE).map(([key, entry]) => this.#entry(key, entry, level));
    const rest = entries.slice(AT_ONCE);
    if (rest.length) shown.push(this.#more(Object.fromEntries(rest), rest.length, level));
    return shown;
  }

  #entry(key, value, level) {
    const item = clone("json-entry");
    item.setAttribute("aria-level", String(level));
    part(item, "key").textContent = key;
    const shown = part(item, "value");
    shown.dataset.type = value === null ? "null" : typeof value;
    if (!isBranch(value)) {
      shown.textContent = typeof value === "string" ? value : String(value);
      return item;
    }
    const name = Array.isArray(value) ? "jsonList" : "jsonObject";
    shown.textContent = message(name, { count: sizeOf(value) });
    if (!sizeOf(value)) return item;
    item.branch = () => this.#entries(value, level + 1);
    this.#open(item, level < OPEN_LEVELS && sizeOf(value) <= FEW);
    return item;
  }

  #more(rest, count, level) {
    const item = clone("json-entry");
    item.setAttribute("aria-level", String(level));
    part(item, "key").remove();
    part(item, "value").textContent = message("jsonMore", { count });
    item.more = () => item.replaceWith(...this.#entries(rest, level));
    return item;
  }

  #open(item, open) {
    item.setAttribute("aria-expanded", String(open));
    const group = part(item, "group");
    if (open && !group.childElementCount) group.append(...item.branch());
    group.hidden = !open;
  }

  #click({ target }) {
    const item = target.closest('[role="treeitem"]');
    if (!item || getSelection()?.toString()) return;
    this.#act(item);
  }

  #act(item) {
    if (item.more) {
      const before = item.previousElementSibling;
      item.more();
      this.#focus(before?.nextElementSibling ?? before);
      return;
    }
    if (item.branch) this.#open(item, item.getAttribute("aria-expanded") !== "true");
    this.#focus(item);
  }

  #focus(item) {
    if (!item) return;
    for (const other of this.node.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus({ preventScroll: false });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = event.target.closest('[role="treeitem"]');
    const shown = [...this.node.querySelectorAll('[role="treeitem"]')].filter(
      (one) => !one.parentElement.closest("[hidden]"),
    );
    const at = shown.indexOf(item);
    const expanded = item.getAttribute("aria-expanded");
    const rtl = getComputedStyle(this.node).direction === "rtl";
    const [inwards, outwards] = rtl ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    if (event.key === "ArrowDown") this.#focus(shown[at + 1]);
    else if (event.key === "ArrowUp") this.#focus(shown[at - 1]);
    else if (event.key === "Home") this.#focus(shown[0]);
    else if (event.key === "End") this.#focus(shown.at(-1));
    else if (event.key === inwards && expanded === "false") this.#open(item, true);
    else if (event.key === inwards && expanded) this.#focus(shown[at + 1]);
    else if (event.key === outwards && expanded === "true") this.#open(item, false);
    else if (event.key === outwards) this.#focus(item.parentElement.closest('[role="treeitem"]'));
    else if (event.key === "Enter" || event.key === " ") this.#act(item);
    else if (/^\S$/u.test(event.key)) this.#find(shown, at, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #find(shown, at, letter) {
    const order = [...shown.slice(at + 1), ...shown.slice(0, at + 1)];
    const starts = (item) =>
      item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase());
    this.#focus(order.find(starts));
  }
}
