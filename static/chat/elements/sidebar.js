// The list of conversations: grouped by day, longer as one scrolls, each row with its menu.
import { message } from "../messages.js";
import { History } from "../models/history.js";
import { clone, part, setChildren } from "./dom.js";
import { RowView } from "./row.js";

export class Sidebar {
  /** @param {HTMLElement} root @param {import("./row.js").SidebarActions} actions */
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.history = new History();
    this.rows = new Map();
    this.groups = new Map();
    this.current = null;
    this.next = null;
    this.list = Symbol("list"); // another one when it begins again
    this.folders = null; // draws those that are in a folder
    this.drawn = () => {}; // what is to be done when the rows are others
    this.late = false; // a change of order waits until the pointer has left the list
    this.end = part(root, "end");
    this.sight = new IntersectionObserver(
      (entries) => entries.at(-1).isIntersecting && this.#loadMore(),
      { root, rootMargin: "200px" },
    );
    root.addEventListener("pointerleave", () => this.late && this.draw());
  }

  /** @param {object[]} conversations @param {string | null} next cursor */
  add(conversations, next) {
    conversations.forEach((summary) => this.history.put(summary));
    this.next = next;
    this.draw();
    // Anew, so that it is told of an end that is still in sight.
    this.sight.unobserve(this.end);
    this.sight.observe(this.end);
  }

  /** Others belong to the list than before: it begins again. */
  async restart() {
    const list = (this.list = Symbol("list"));
    const asked = this.history.changes;
    this.draw();
    const { conversations, next } = await this.actions.more();
    if (list !== this.list) return;
    const { news, gone } = this.history.compare(conversations, null, asked);
    gone.forEach((id) => this.history.remove(id));
    this.add(news, next);
  }

  /** @param {object} summary one changed, or is new */
  put(summary) {
    this.history.put(summary);
    this.rows.get(summary.id)?.update(summary, summary.id === this.current);
    if (this.root.matches(":hover") && this.rows.has(summary.id)) this.late = true;
    else this.draw();
  }

  remove(id) {
    this.history.remove(id);
    this.draw();
  }

  /** @param {string | null} id the open conversation */
  select(id) {
    this.current = id;
    for (const [key, row] of this.rows) row.update(this.history.get(key), key === id);
  }

  async #loadMore() {
    if (!this.next) return;
    const { list, next: cursor } = this;
    this.next = null;
    try {
      const page = await this.actions.more(cursor);
      if (list === this.list) this.add(page.conversations, page.next);
    } catch {
      if (list === this.list) this.next = cursor; // the next scroll tries again
    }
  }

  draw() {
    this.late = false;
    const focused = document.activeElement;
    const groups = this.history.groups(new Date());
    part(this.root, "empty").hidden = groups.length > 0;
    setChildren(
      part(this.root, "groups"),
      groups.map((group) => this.#group(group)),
    );
    this.folders?.draw();
    for (const id of this.rows.keys()) if (!this.history.get(id)) this.rows.delete(id);
    // A row that changes its place would lose the focus.
    if (focused !== document.activeElement && this.root.contains(focused))
      focused.focus({ preventScroll: true });
    this.drawn();
  }

  #group({ period, summaries }) {
    if (!this.groups.has(period)) {
      const node = clone("history-group");
      part(node, "period").textContent = message(period);
      this.groups.set(period, node);
    }
    const node = this.groups.get(period);
    setChildren(
      part(node, "rows"),
      summaries.map((summary) => this.row(summary)),
    );
    return node;
  }

  row(summary) {
    if (!this.rows.has(summary.id)) this.rows.set(summary.id, new RowView(this.actions));
    const row = this.rows.get(summary.id);
    row.update(summary, summary.id === this.current);
    return row.node;
  }
}
