// One line above the composer for what could not be done, until it is read or replaced.
import { announce } from "./announcer.js";
import { onAction, part } from "./dom.js";

const SHOWN = 10_000;

export class Notice {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.timer = null;
    onAction(node, "dismiss", () => this.hide());
    part(node, "more").addEventListener("click", () => this.hide());
  }

  /**
   * @param {string} text
   * @param {{href: string, text: string, isHere?: boolean} | null} [link] where there is more; `isHere`:
   *   this page shows it
   */
  show(text, link = null) {
    clearTimeout(this.timer);
    part(this.node, "text").textContent = text;
    const more = /** @type {HTMLAnchorElement} */ (part(this.node, "more"));
    more.hidden = link === null;
    if (link) [more.href, more.textContent] = [link.href, link.text];
    more.toggleAttribute("data-navigate", link?.isHere === true);
    this.node.hidden = false;
    announce(text);
    this.timer = setTimeout(() => this.hide(), SHOWN);
  }

  hide() {
    this.node.hidden = true;
  }
}
