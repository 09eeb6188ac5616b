// The title of the tab: what is open, and a mark while an end there has not been looked at.
import { message } from "../messages.js";

export class TabTitle {
  /** @param {string} application its name */
  constructor(application) {
    this.application = application;
    this.title = "";
    this.isMarked = false;
  }

  /** @param {string} title of the open conversation, or "" */
  show(title) {
    this.title = title;
    this.#write();
  }

  mark() {
    this.isMarked = true;
    this.#write();
  }

  unmark() {
    this.isMarked = false;
    this.#write();
  }

  #write() {
    const title = [this.title, this.application].filter(Boolean).join(" · ");
    document.title = this.isMarked ? message("markedTitle", { title }) : title;
  }
}
