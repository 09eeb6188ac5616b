// One conversation in the sidebar.
import { message } from "../messages.js";
import { clone, onAction, part, setText } from "./dom.js";
import { Menu } from "./menu.js";

/**
 * @typedef {object} SidebarActions
 * @property {(before?: string) => Promise<{conversations: object[], next: string | null}>} more
 * @property {(id: string, title: string) => void} rename
 * @property {(id: string) => void} remove
 * @property {(id: string) => void} share
 * @property {(id: string, wanted: boolean) => void} pin
 * @property {(id: string) => void} archive
 * @property {(id: string) => void} move
 * @property {(id: string) => void} tag
 * @property {(id: string) => void} select begins to choose several
 */

export class RowView {
  /** @param {SidebarActions} actions */
  constructor(actions) {
    this.actions = actions;
    this.node = clone("history-row");
    this.summary = null;
    this.input = null;
    new Menu(part(this.node, "menu-button"), part(this.node, "menu"));
    onAction(this.node, "rename", () => this.#rename());
    onAction(this.node, "share", () => actions.share(this.summary.id));
    onAction(this.node, "pin", () => actions.pin(this.summary.id, !this.summary.pinned_at));
    onAction(this.node, "archive", () => actions.archive(this.summary.id));
    onAction(this.node, "move", () => actions.move(this.summary.id));
    onAction(this.node, "tag", () => actions.tag(this.summary.id));
    onAction(this.node, "select", () => actions.select(this.summary.id));
    onAction(this.node, "delete", () => actions.remove(this.summary.id));
  }

  /** @param {object} summary @param {boolean} current whether it is open */
  update(summary, current) {
    this.summary = summary;
    const link = part(this.node, "link");
    const title = summary.title || message("untitled");
    setText(part(this.node, "title"), title);
    link.href = `/c/${summary.id}`;
    link.title = title;
    part(this.node, "markdown").href = `/conversations/${summary.id}/export.md`;
    part(this.node, "print").href = `/conversations/${summary.id}/print/`;
    part(this.node, "json").href = `/conversations/${summary.id}/export.json`;
    const { key_name: name } = summary;
    part(this.node, "api").hidden = !name;
    part(this.node, "api").title = name ? message("throughKey", { name }) : "";
    setText(part(this.node, "api"), name ? "API" : "");
    setText(part(this.node, "pin-label"), message(summary.pinned_at ? "unpinChat" : "pinChat"));
    part(this.node, "box").setAttribute("aria-label", title);
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    part(this.node, "answering").hidden = !summary.answering;
    part(this.node, "unseen").hidden = !summary.unseen || Boolean(summary.answering);
    part(this.node, "menu-button").setAttribute("aria-label", message("rowMenu", { title }));
  }

  #rename() {
    if (this.input) return;
    this.input = clone("rename-input");
    this.input.value = this.summary.title;
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.#finish(true));
    this.node.classList.add("renaming");
    this.node.prepend(this.input);
    this.input.focus();
    this.input.select();
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#finish(event.key === "Enter");
    part(this.node, "link").focus();
  }

  #finish(save) {
    const { input } = this;
    if (!input) return;
    this.input = null; // first: taking it away is a blur, which ends here again
    const title = input.value.trim();
    input.remove();
    this.node.classList.remove("renaming");
    if (save && title && title !== this.summary.title) this.actions.rename(this.summary.id, title);
  }
}
