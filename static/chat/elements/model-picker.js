// Which model answers next. Hidden where there is no choice.
import { clone, part } from "./dom.js";
import { Menu } from "./menu.js";

export class ModelPicker {
  /**
   * @param {HTMLElement} root
   * @param {{id: string, label: string, provider: string, is_default: boolean}[]} models
   * @param {() => void} changed
   */
  constructor(root, models, changed) {
    this.root = root;
    this.models = models;
    this.changed = changed;
    this.chosen = models.find(({ is_default }) => is_default)?.id ?? models[0]?.id ?? null;
    root.hidden = models.length < 2;
    this.options = new Map(models.map((model) => [model.id, this.#option(model)]));
    part(root, "list").append(...this.options.values());
    this.menu = new Menu(part(root, "button"), part(root, "list"));
    this.#show();
  }

  /** Where there is a choice. */
  open() {
    if (!this.root.hidden) this.menu.open();
  }

  /** @param {string | null} id ignored when it is not offered any more */
  choose(id) {
    if (!this.options.has(id)) return;
    this.chosen = id;
    this.#show();
    this.changed();
  }

  #option(model) {
    const option = clone("model-option");
    part(option, "label").textContent = model.label;
    part(option, "provider").textContent = model.provider;
    option.addEventListener("click", () => this.choose(model.id));
    return option;
  }

  #show() {
    const model = this.models.find(({ id }) => id === this.chosen);
    part(this.root, "chosen").textContent = model?.label ?? "";
    for (const [id, option] of this.options)
      option.setAttribute("aria-selected", String(id === this.chosen));
  }
}
