// The switch that keeps a message to its model. It shows only where another one would stand in.

export class OnlyThisSwitch {
  /**
   * @param {HTMLButtonElement} button
   * @param {import("../models/only-this.js").OnlyThis} choice
   * @param {() => string | null} model the chosen one
   */
  constructor(button, choice, model) {
    this.button = button;
    this.choice = choice;
    this.model = model;
    button.addEventListener("click", () => {
      choice.toggle();
      this.show();
    });
    this.show();
  }

  show() {
    this.button.hidden = !this.choice.isOffered(this.model());
    this.button.setAttribute("aria-pressed", String(this.choice.isOn));
  }

  /** @param {string | null} model */
  options(model = this.model()) {
    return this.choice.options(model);
  }
}
