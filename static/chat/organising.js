// Keeping order in the sidebar: pinning, archiving, and choosing several to do it at once.
import { announceAtRest } from "./elements/announcer.js";
import { askWhere } from "./elements/folders.js";
import { onAction, part, setText } from "./elements/dom.js";
import { message } from "./messages.js";
import { Selection } from "./models/selection.js";

export class Organising {
  /**
   * @param {object} parts
   * @param {import("./api.js").Api} parts.api
   * @param {import("./place.js").Place} parts.place
   * @param {() => import("./summaries.js").Summaries} parts.summaries
   * @param {import("./elements/notice.js").Notice} parts.notice
   * @param {import("./elements/sidebar.js").Sidebar} parts.sidebar
   * @param {() => import("./elements/folders.js").Folders} parts.folders
   * @param {(ids: string[]) => Promise<void>} parts.remove deletes them
   * @param {() => object | null} parts.open the conversation that is shown, which may be in no list
   * @param {(summary: object) => void} parts.changed the server has changed a conversation
   * @param {HTMLElement} parts.bar what can be done to those chosen
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.selection = new Selection();
    this.shift = false;
    const { root } = this.sidebar;
    root.addEventListener("click", (event) => (this.shift = event.shiftKey), true);
    root.addEventListener("change", (event) => this.#ticked(event.target));
    for (const node of [root, this.bar])
      node.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
    onAction(this.bar, "all", () => {
      this.selection.all(this.#shown());
      this.#show();
      this.#say();
    });
    onAction(this.bar, "move", () => this.move([...this.selection.ids]));
    onAction(this.bar, "tag", () => this.tag([...this.selection.ids]));
    onAction(this.bar, "archive", () => this.archive([...this.selection.ids]));
    onAction(this.bar, "delete", () => this.#delete());
    onAction(this.bar, "done", () => this.#done());
    this.sidebar.drawn = () => !this.bar.hidden && this.#show();
  }

  /** @param {string[]} ids @param {object} change as in `Api.organise` */
  change(ids, change) {
    return this.place.attempt(() => this.#change(ids, change));
  }

  async #change(ids, change) {
    const { conversations } = await this.api.organise(ids, change);
    conversations.forEach((summary) => this.changed(summary));
    this.sidebar.draw(); // at once, even under the pointer: it is what the person did
  }

  /** @param {string[]} ids */
  async archive(ids) {
    if (!ids.length) return;
    await this.place.attempt(async () => {
      const { conversations } = await this.api.organise(ids, { archived: true });
      conversations.forEach((summary) => this.summaries().put(summary));
      this.notice.show(message("archivedChats"));
      this.#done();
    });
  }

  /** Asks where to, and moves them. @param {string[]} ids */
  async move(ids) {
    const current = ids.length === 1 ? this.sidebar.history.get(ids[0])?.folder : null;
    const folder = await askWhere(this.folders().folders, current ?? null);
    if (folder === undefined) return;
    await this.change(ids, { folder });
    this.#done();
  }

  /** Asks which tags they are to have, and gives them. @param {string[]} ids */
  async tag(ids) {
    if (!ids.length) return;
    await this.place.attempt(async () => {
      const { TagsDialog } = await import("./elements/tags-dialog.js");
      this.tags ??= new TagsDialog({
        all: async () => (await this.api.tags()).tags,
        change: (which, change) => this.#change(which, change),
        summary: (id) => this.sidebar.history.get(id) ?? this.#opened(id),
        failed: (error) => this.place.failed(error),
      });
      await this.tags.show(ids);
    });
    this.#done();
  }

  #opened(id) {
    const summary = this.open();
    return summary?.id === id ? summary : undefined;
  }

  /** Several can be chosen, beginning with this one. @param {string} id */
  select(id) {
    this.selection.set(id, true, this.#shown(), false);
    this.bar.hidden = false;
    this.#show();
    this.#say();
    part(this.sidebar.rows.get(id).node, "box").focus();
  }

  #ticked(box) {
    const found = [...this.sidebar.rows].find(([, { node }]) => part(node, "box") === box);
    if (!found) return;
    this.selection.set(found[0], box.checked, this.#shown(), this.shift);
    this.#show();
    this.#say();
  }

  /** The ids in the order of the list. */
  #shown() {
    const ids = new Map([...this.sidebar.rows].map(([id, { node }]) => [node, id]));
    return [...this.sidebar.root.querySelectorAll(".row")]
      .filter((node) => node.checkVisibility())
      .map((node) => ids.get(node));
  }

  #show() {
    this.selection.keep(this.#shown());
    this.sidebar.root.classList.toggle("selecting", !this.bar.hidden);
    for (const [id, { node }] of this.sidebar.rows)
      /** @type {HTMLInputElement} */ (part(node, "box")).checked = this.selection.has(id);
    setText(part(this.bar, "count"), message("selected", { count: this.selection.size }));
    for (const action of ["move", "tag", "archive", "delete"])
      /** @type {HTMLButtonElement} */ (
        this.bar.querySelector(`[data-action="${action}"]`)
      ).disabled = this.selection.size === 0;
  }

  #say() {
    announceAtRest(part(this.bar, "count").textContent);
  }

  async #delete() {
    const ids = [...this.selection.ids];
    await this.place.attempt(async () => {
      await this.remove(ids);
      this.#done();
    });
  }

  #escape(event) {
    if (this.bar.hidden) return;
    event.stopPropagation();
    this.#done();
  }

  #done() {
    const hadFocus = this.bar.contains(document.activeElement);
    this.selection.clear();
    this.bar.hidden = true;
    this.#show();
    if (hadFocus) this.sidebar.root.querySelector("a")?.focus();
  }
}
