// The dialog that finds conversations and messages again: one types, and it lists what there is.
import { message } from "../messages.js";
import { addressOf, pieces, standing } from "../models/excerpts.js";
import { announceAtRest } from "./announcer.js";
import { dayOf } from "./days.js";
import { clone, part } from "./dom.js";

const TYPING_MS = 150;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class Search {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("./search-filters.js").SearchFilters} filters
   * @param {(query: string, filters: object, before?: string) => Promise<object>} ask the server
   * @param {(error: Error) => void} failed
   */
  constructor(dialog, filters, ask, failed) {
    Object.assign(this, { dialog, filters, ask, failed });
    filters.changed = () => this.#ask();
    this.input = /** @type {HTMLInputElement} */ (part(dialog, "query"));
    this.list = part(dialog, "found");
    this.status = part(dialog, "status");
    this.more = part(dialog, "more");
    this.timer = null; // until what is typed is asked for
    this.isListed = false; // what is found by the words as they stand
    this.opens = false; // the first of it, as soon as it is listed
    this.input.addEventListener("input", () => this.#typed());
    this.more.addEventListener("click", () => this.isListed && this.#ask(this.next));
    this.list.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
    dialog.addEventListener("close", () => this.#closed());
    dialog.addEventListener("keydown", (event) => this.#key(event));
  }

  /** What has a tag. @param {{id: string, name: string}} tag */
  only(tag) {
    this.input.value = "";
    this.filters.only(tag);
    this.show();
  }

  /** What was asked through a key. @param {string} name */
  onlyKey(name) {
    this.input.value = "";
    this.filters.onlyKey(name);
    this.show();
  }

  show() {
    this.filters.refresh().catch((error) => this.#fail(error));
    if (!this.dialog.open) this.dialog.showModal();
    this.input.focus();
    this.input.select();
    // What was found before may be old.
    this.#ask();
  }

  #closed() {
    this.opens = false;
    announceAtRest("");
  }

  #typed() {
    this.isListed = this.opens = false;
    announceAtRest("");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), TYPING_MS);
  }

  async #ask(before) {
    clearTimeout(this.timer);
    this.timer = null;
    this.isListed = Boolean(before);
    const query = this.input.value.trim();
    const filters = this.filters.asked;
    const request = (this.wanted = Symbol(query));
    try {
      const isAsked = query || Object.keys(filters).length;
      const found = isAsked ? await this.ask(query, filters, before) : null;
      if (request === this.wanted) this.#show(query, found, before);
    } catch (error) {
      if (request === this.wanted) this.#fail(error);
    }
  }

  #fail(error) {
    this.dialog.close();
    this.failed(error);
  }

  #show(query, found, before) {
    const nodes = [...this.#titles(found), ...this.#messages(found)];
    if (before) this.list.append(...nodes);
    else this.list.replaceChildren(...nodes);
    this.next = found?.next ?? null;
    this.more.hidden = !this.next;
    this.status.textContent = found ? this.#summary(query) : "";
    announceAtRest(this.status.textContent);
    if (before) return nodes[0]?.querySelector("a").focus();
    this.list.scrollTop = 0;
    this.isListed = true;
    if (this.opens) this.#openFirst();
  }

  /** What is found by the words as they stand, however quickly they were typed. */
  #openFirst() {
    this.opens = !this.isListed;
    if (this.isListed) this.list.querySelector("a")?.click();
    else if (this.timer !== null) this.#ask();
  }

  #summary(query) {
    const count = this.list.childElementCount;
    if (count === 0) return this.#nothing(query);
    return message(this.next ? "foundAtLeast" : "found", { count });
  }

  #nothing(query) {
    if (!Object.keys(this.filters.asked).length) return message("nothingFound", { query });
    return message(query ? "nothingFoundNarrowed" : "nothingPasses", { query });
  }

  #titles(found) {
    return (found?.conversations ?? []).map((hit) => {
      const node = this.#hit(addressOf(hit.id));
      part(node, "title").append(...marked(hit.title || message("untitled"), hit.marks));
      const through = hit.key_name && message("throughKey", { name: hit.key_name });
      const where = standing(hit, message("archived"), through);
      if (where) part(node, "excerpt").textContent = where;
      else part(node, "excerpt").remove();
      if (hit.updated_at) date(node, hit.updated_at);
      else part(node, "date").remove();
      return node;
    });
  }

  #messages(found) {
    return (found?.messages ?? []).map((hit) => {
      const node = this.#hit(addressOf(hit.conversation_id, hit.response_id));
      part(node, "title").textContent = hit.title || message("untitled");
      part(node, "excerpt").append(...marked(hit.excerpt, hit.marks));
      date(node, hit.created_at);
      return node;
    });
  }

  #hit(address) {
    const node = clone("search-hit");
    /** @type {HTMLAnchorElement} */ (part(node, "link")).href = address;
    return node;
  }

  #key(event) {
    if (event.isComposing) return;
    const links = [...this.list.querySelectorAll("a")];
    if (event.key === "Escape") {
      // A search field would only be emptied by it.
      event.preventDefault();
      this.dialog.close();
    } else if (event.key === "Enter" && event.target === this.input) {
      event.preventDefault();
      this.#openFirst();
    } else if (this.filters.root.contains(event.target)) {
      // A form would be sent by it, and the dialog closed.
      if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
    } else if (event.key in STEPS) {
      event.preventDefault();
      const at = links.indexOf(document.activeElement) + STEPS[event.key];
      (links[at] ?? (at < 0 ? this.input : links.at(-1)))?.focus();
    }
  }
}

function date(node, when) {
  const time = /** @type {HTMLTimeElement} */ (part(node, "date"));
  time.dateTime = when;
  time.textContent = dayOf(when);
}

function marked(text, marks) {
  return pieces(text, marks).map((piece) => {
    if (!piece.marked) return piece.text;
    const mark = document.createElement("mark");
    mark.textContent = piece.text;
    return mark;
  });
}
