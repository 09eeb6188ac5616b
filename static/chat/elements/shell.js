// The frame around the conversation: the sidebar beside it, or over it where there is no room,
// and the choice of colours.
import { part } from "./dom.js";
import { DrawerSwipe } from "./drawer-swipe.js";
import { Menu } from "./menu.js";
import { themeChoices } from "./theme.js";

const root = document.documentElement;
const narrow = matchMedia("(max-width: 47.5rem)");

function remember(key, value) {
  root.dataset[key] = value;
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forbidden or full: the choice lasts as long as the page.
  }
}

export class Shell {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.sidebar = part(node, "sidebar");
    this.opener = part(node, "open-sidebar");
    this.opener.addEventListener("click", () => this.toggle());
    part(node, "close-sidebar").addEventListener("click", () => this.toggle());
    part(node, "scrim").addEventListener("click", () => this.closeDrawer());
    this.sidebar.addEventListener(
      "keydown",
      (event) => event.key === "Escape" && this.closeDrawer(),
    );
    narrow.addEventListener("change", () => this.#show());
    new DrawerSwipe(node, this.sidebar, {
      isDrawer: () => narrow.matches,
      isOpen: () => this.isOpen,
      toggle: () => this.toggle(),
    });
    new Menu(part(node, "account-button"), part(node, "account-menu"));
    themeChoices(node, "aria-checked");
    this.#show();
  }

  get isOpen() {
    return narrow.matches ? this.node.dataset.drawer === "open" : root.dataset.sidebar === "open";
  }

  toggle() {
    if (narrow.matches) this.node.dataset.drawer = this.isOpen ? "closed" : "open";
    else remember("sidebar", this.isOpen ? "closed" : "open");
    this.#show();
    const target = this.isOpen ? part(this.node, "close-sidebar") : this.opener;
    target.focus({ preventScroll: true });
  }

  closeDrawer() {
    if (narrow.matches && this.isOpen) this.toggle();
  }

  #show() {
    this.opener.setAttribute("aria-expanded", String(this.isOpen));
    this.opener.hidden = this.isOpen && !narrow.matches;
    // What lies under an open drawer is out of reach for the keyboard too.
    part(this.node, "main").inert = narrow.matches && this.isOpen;
  }
}
