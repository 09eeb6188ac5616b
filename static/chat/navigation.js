// Moves between conversations without loading the page again. Links keep their addresses, so a
// new tab, a reload and the browser's own buttons land in the same place.
import { addressOf } from "./models/addresses.js";

const CONVERSATION = /^\/c\/([^/]+)\/?$/;

/** @returns {string | null} the id of the conversation that the address names */
const conversationIn = (pathname) => {
  const found = CONVERSATION.exec(pathname);
  return found ? decodeURIComponent(found[1]) : null;
};

/** @returns {string | null} the id of the message that the address names */
export const responseIn = (search) => new URLSearchParams(search).get("response");

export class Navigation {
  /** @param {(id: string | null, response: string | null) => void} open shows what the address names */
  constructor(open) {
    this.open = open;
    document.addEventListener("click", (event) => this.#clicked(event));
    addEventListener("popstate", () => this.#show(location));
  }

  /** @param {string | null} id @param {string | null} response the message to show, if not the end */
  go(id, response = null) {
    const path = response ? addressOf(id, response) : id ? `/c/${id}` : "/";
    if (path !== location.pathname + location.search) history.pushState(null, "", path);
    this.open(id, response);
  }

  /** The page shows this already; only the address has to follow. */
  replace(id) {
    history.replaceState(null, "", id ? `/c/${id}` : "/");
  }

  #show({ pathname, search }) {
    this.open(conversationIn(pathname), responseIn(search));
  }

  #clicked(event) {
    const link = event.target.closest?.("a[data-navigate]");
    const other =
      event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || other || event.defaultPrevented) return;
    event.preventDefault();
    if (link.href !== location.href) history.pushState(null, "", link.href);
    this.#show(link);
  }
}
