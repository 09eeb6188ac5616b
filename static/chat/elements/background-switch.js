// The switch for answers that take long: on, the provider runs them by itself and keeps them. It
// shows only where the chosen model can do that.

export class BackgroundSwitch {
  /**
   * @param {HTMLButtonElement} button
   * @param {import("../models/background.js").BackgroundChoice} choice
   * @param {() => string | null} model the chosen one
   */
  constructor(button, choice, model) {
    this.button = button;
    this.choice = choice;
    this.model = model;
    this.conversation = null;
    button.addEventListener("click", () => this.#toggle());
    this.show();
  }

  /** @param {string | null} conversation null for the one not begun yet */
  open(conversation) {
    this.conversation = conversation;
    this.show();
  }

  /** The conversation begun here has an id now. */
  adopt(conversation) {
    this.choice.adopt(conversation);
    this.open(conversation);
  }

  show() {
    this.button.hidden = !this.choice.isOffered(this.model());
    this.button.setAttribute("aria-pressed", String(this.#isOn(this.model())));
  }

  /** @param {string | null} model @returns {import("../models/requests.js").Options} */
  options(model = this.model()) {
    if (!this.choice.isOffered(model)) return { model };
    return { model, background: this.#isOn(model) };
  }

  #isOn(model) {
    return this.choice.of(this.conversation, model);
  }

  #toggle() {
    this.choice.set(this.conversation, !this.#isOn(this.model()));
    this.show();
  }
}
