// What else can be done with a question or an answer. Made when it is first asked for: most never are.
import { message } from "../messages.js";
import { clone, onAction, part, setText } from "./dom.js";
import { Menu } from "./menu.js";

/**
 * @typedef {object} Subject what a menu is about
 * @property {string} id of the response
 * @property {boolean} running it has no end yet
 * @property {boolean} isBranch there is no other answer that this would leave behind
 */

export class MoreMenu {
  /**
   * @param {HTMLElement} button
   * @param {() => Subject} subject
   * @param {import("./actions.js").Branches} [branches] nothing is offered without them
   */
  constructor(button, subject, branches) {
    this.button = button;
    this.subject = subject;
    this.branches = branches;
    this.node = null;
    button.hidden = !branches;
    button.addEventListener("click", () => this.#begin(), { once: true });
  }

  #begin() {
    this.node = clone("more-menu");
    const menu = (this.menu = new Menu(this.button, this.node));
    this.node.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#show());
    const { branches } = this;
    this.#on("link", (id) => branches.copyLink(id, this.button));
    this.#on("share", (id) => branches.share(id));
    this.#on("fork", (id) => branches.fork(id));
    this.#on("name", (id) => branches.name(id));
    this.#on("pin", (id) => branches.pin(id));
    this.#on("compare", (id) => branches.compare(id));
    this.#on("delete", (id) => branches.remove(id));
    menu.open();
  }

  #on(action, run) {
    onAction(this.node, action, () => {
      // Closed first: a dialog gives the focus back to where it was.
      this.menu.close();
      this.button.focus({ preventScroll: true });
      run(this.subject().id);
    });
  }

  #show() {
    const { id, running, isBranch } = this.subject();
    const compare = this.branches.isCompared(id);
    const offered = { share: !running, fork: !running, compare, name: isBranch, pin: isBranch, delete: isBranch };
    for (const [action, isOffered] of Object.entries(offered))
      this.node.querySelector(`[data-action="${action}"]`).hidden = !isOffered;
    const { pinned } = this.branches.of(id);
    setText(part(this.node, "pin"), message(pinned ? "unpinBranch" : "pinBranch"));
  }
}
