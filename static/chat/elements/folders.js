// The folders of the sidebar, above the history: each opens to the conversations in it.
import { message } from "../messages.js";
import { Store } from "../models/store.js";
import { clone, part, setChildren, setText } from "./dom.js";

const KIND = "application/x-conversation";

export class Folders {
  /**
   * @param {HTMLElement} root
   * @param {object} given
   * @param {import("./sidebar.js").Sidebar} given.sidebar
   * @param {Storage | null} given.storage
   * @param {{id: string, name: string}[]} given.folders
   * @param {(folder: string, before?: string) => Promise<object>} given.page of the conversations
   * @param {() => Promise<{folders: {id: string, name: string}[]}>} given.list all of them
   * @param {(id: string, folder: string | null) => void} given.move
   * @param {(error: Error) => void} given.failed
   */
  constructor(root, { sidebar, storage, folders, page, list, move, failed }) {
    Object.assign(this, { root, sidebar, folders, page, list, move, failed });
    this.store = new Store(storage, "folder:");
    this.heard = 0; // how often it was said which there are
    this.views = new Map(); // id → {node, next, loaded}
    sidebar.root.addEventListener("dragstart", (event) => this.#drag(event));
    this.#dropOn(part(sidebar.root, "groups"), () => null);
    sidebar.folders = this;
    sidebar.draw();
    this.refresh().catch(failed);
  }

  /** @param {{id: string, name: string}[]} folders as they are now */
  update(folders) {
    this.folders = folders;
    this.heard += 1;
    for (const id of this.views.keys())
      if (!folders.some((folder) => folder.id === id)) this.views.delete(id);
    const known = new Set(folders.map(({ id }) => id));
    // The conversations of a folder that is no more stay.
    for (const summary of [...this.sidebar.history.summaries.values()])
      if (summary.folder && !known.has(summary.folder))
        this.sidebar.history.put({ ...summary, folder: null });
    this.sidebar.draw();
  }

  /** What was said of them while nobody listened. */
  async catchUp() {
    const { heard } = this;
    const { folders } = await this.list();
    // What was said meanwhile is newer than what was asked for.
    if (heard === this.heard) this.update(folders);
    await this.refresh();
  }

  /** What the open ones hold may be old. @returns {Promise<unknown>} */
  refresh() {
    const open = this.folders.filter(({ id }) => this.#isOpen(id));
    return Promise.all(open.map(({ id }) => this.#load(id)));
  }

  /** @param {string | null} id @returns {string} */
  nameOf(id) {
    return this.folders.find((folder) => folder.id === id)?.name ?? "";
  }

  draw() {
    setChildren(
      this.root,
      this.folders.map((folder) => this.#folder(folder)),
    );
  }

  #folder({ id, name }) {
    if (!this.views.has(id)) this.views.set(id, { node: this.#make(id), next: null, loaded: false });
    const { node, next, loaded } = this.views.get(id);
    const isOpen = this.#isOpen(id);
    const rows = this.sidebar.history.inFolder(id);
    setText(part(node, "name"), name);
    part(node, "toggle").setAttribute("aria-expanded", String(isOpen));
    for (const [which, sentence] of [
      ["new", "newInFolder"],
      ["change", "changeFolder"],
    ]) {
      part(node, which).setAttribute("aria-label", message(sentence, { name }));
      part(node, which).title = message(sentence, { name });
    }
    part(node, "rows").hidden = !isOpen;
    part(node, "none").hidden = !isOpen || !loaded || rows.length > 0;
    part(node, "more").hidden = !isOpen || !next;
    setChildren(
      part(node, "rows"),
      rows.map((summary) => this.sidebar.row(summary)),
    );
    return node;
  }

  #make(id) {
    const node = clone("folder");
    part(node, "toggle").addEventListener("click", () => this.#toggle(id));
    part(node, "more").addEventListener("click", () =>
      this.#load(id, this.views.get(id).next).catch(this.failed),
    );
    /** @type {HTMLAnchorElement} */ (part(node, "new")).href = `/?folder=${id}`;
    /** @type {HTMLAnchorElement} */ (part(node, "change")).href = `/folders/${id}/`;
    this.#dropOn(node, () => id);
    return node;
  }

  #isOpen(id) {
    return this.store.get(id) === "open";
  }

  #toggle(id) {
    if (this.#isOpen(id)) this.store.remove(id);
    else this.store.set(id, "open");
    this.sidebar.draw();
    if (this.#isOpen(id)) this.#load(id).catch(this.failed);
  }

  async #load(id, before) {
    const { history } = this.sidebar;
    const asked = history.changes;
    const { conversations, next } = await this.page(id, before);
    const view = this.views.get(id);
    if (!view) return;
    Object.assign(view, { next, loaded: true });
    const { news, gone } = history.compare(conversations, next, asked, id);
    for (const summary of news) history.put(summary);
    if (!before) for (const one of gone) history.remove(one);
    this.sidebar.draw();
  }

  #drag(event) {
    const link = event.target.closest?.(".row-link");
    const found = link && [...this.sidebar.rows].find(([, { node }]) => node.contains(link));
    if (found) event.dataTransfer.setData(KIND, found[0]);
  }

  #dropOn(node, folder) {
    const isOurs = (event) => event.dataTransfer?.types.includes(KIND);
    node.addEventListener("dragover", (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      node.classList.add("over");
    });
    for (const kind of ["dragleave", "drop"])
      node.addEventListener(kind, () => node.classList.remove("over"));
    node.addEventListener("drop", (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      this.move(event.dataTransfer.getData(KIND), folder());
    });
  }
}

/**
 * Asks where to.
 * @param {{id: string, name: string}[]} folders @param {string | null} current
 * @returns {Promise<string | null | undefined>} a folder's id, null for none, undefined to stay
 */
export function askWhere(folders, current) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("move-dialog"));
  const choices = [{ id: "", name: message("noFolder") }, ...folders].map(({ id, name }) => {
    const node = clone("folder-choice");
    const input = node.querySelector("input");
    input.value = id;
    input.checked = id === (current ?? "");
    part(node, "name").textContent = name;
    return node;
  });
  part(dialog, "choices").replaceChildren(...choices);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const decide = () => {
      const chosen = /** @type {HTMLInputElement | null} */ (dialog.querySelector("input:checked"));
      resolve(dialog.returnValue === "move" && chosen ? chosen.value || null : undefined);
    };
    dialog.addEventListener("close", decide, { once: true });
  });
}
