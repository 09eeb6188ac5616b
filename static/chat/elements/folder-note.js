// The line that says that a new conversation will be in a folder.
import { message } from "../messages.js";

export class FolderNote {
  /** @param {HTMLElement} node @param {(id: string) => string} nameOf a folder, "" if there is none */
  constructor(node, nameOf) {
    Object.assign(this, { node, nameOf });
    this.chosen = null;
  }

  /** @param {string | null} conversation that is open @param {string} search of the address */
  open(conversation, search) {
    const id = conversation ? null : new URLSearchParams(search).get("folder");
    const name = id ? this.nameOf(id) : "";
    this.chosen = name ? id : null;
    this.node.hidden = !name;
    this.node.textContent = name && message("inFolder", { name });
  }

  /** @returns {{folder?: string}} what the first message says of it */
  options() {
    return this.chosen ? { folder: this.chosen } : {};
  }
}
