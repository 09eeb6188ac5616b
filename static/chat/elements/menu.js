// A menu or list of choices that opens from a button: arrows, Home, End and letters move, Enter
// chooses, Esc closes and gives the focus back, a click elsewhere closes.

const GAP = 4;
const MARGIN = 8;

const ITEMS = '[role^="menuitem"], [role="option"]';

export class Menu {
  /**
   * @param {HTMLElement} button opens it
   * @param {HTMLElement} menu has role menu or listbox and items with role menuitem… or option
   */
  constructor(button, menu) {
    this.button = button;
    this.menu = menu;
    menu.popover = "auto";
    menu.tabIndex = -1;
    button.setAttribute("aria-haspopup", menu.getAttribute("role"));
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => this.toggle());
    button.addEventListener("keydown", (event) => this.#buttonKey(event));
    menu.addEventListener("keydown", (event) => this.#key(event));
    menu.addEventListener("click", (event) => event.target.closest(ITEMS) && this.close());
    menu.addEventListener("toggle", (event) => this.#toggled(event.newState === "open"));
    // A press on the button closes an open popover before its click arrives, which would open it again.
    button.addEventListener("pointerdown", () => (this.wasOpen = this.isOpen));
  }

  get isOpen() {
    return this.menu.matches(":popover-open");
  }

  get items() {
    return [...this.menu.querySelectorAll(ITEMS)].filter((item) => !item.hidden);
  }

  toggle() {
    const wasOpen = this.wasOpen || this.isOpen;
    this.wasOpen = false;
    if (wasOpen) this.close();
    else this.open();
  }

  open() {
    if (!this.menu.isConnected) this.button.after(this.menu);
    this.menu.showPopover();
    this.#place();
    const chosen = this.menu.querySelector('[aria-selected="true"], [aria-checked="true"]');
    (chosen ?? this.items[0])?.focus();
  }

  close() {
    if (this.isOpen) this.menu.hidePopover();
  }

  #toggled(open) {
    this.button.setAttribute("aria-expanded", String(open));
    if (
      !open &&
      (this.menu.contains(document.activeElement) || document.activeElement === document.body)
    ) {
      this.button.focus({ preventScroll: true });
    }
  }

  /** Below the button, or above it where there is more room; always inside the window. */
  #place() {
    const anchor = this.button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    const below = innerHeight - anchor.bottom - GAP >= height || anchor.top < height;
    const alignEnd = this.menu.dataset.align === "end";
    const left = alignEnd ? anchor.right - width : anchor.left;
    const top = below ? anchor.bottom + GAP : anchor.top - height - GAP;
    this.menu.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN))}px`;
    this.menu.style.top = `${Math.max(MARGIN, Math.min(top, innerHeight - height - MARGIN))}px`;
  }

  #buttonKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.open();
  }

  #key(event) {
    const { items } = this;
    const at = items.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key in steps) items.at(steps[event.key] % items.length).focus();
    else if (event.key === "Tab") return this.close();
    else if (event.key === "Enter" || event.key === " ") document.activeElement.click();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.#jump(event.key, at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #jump(letter, at) {
    const { items } = this;
    const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    const starts = (item) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase());
    order.find(starts)?.focus();
  }
}
