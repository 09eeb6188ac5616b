// The assistants in the list of models: one is chosen like a model, and brings its own.
import { message } from "../messages.js";
import { clone, part } from "./dom.js";

/** @typedef {{id: string, name: string, description: string, owner: string | null}} Assistant */

export class AssistantOptions {
  /**
   * @param {HTMLElement} picker the model picker
   * @param {Assistant[]} assistants
   * @param {(id: string) => void} choose
   */
  constructor(picker, assistants, choose) {
    this.options = new Map(assistants.map((each) => [each.id, this.#option(each, choose)]));
    if (!assistants.length) return;
    const group = clone("assistant-options");
    group.append(...this.options.values());
    part(picker, "list").append(group);
    picker.hidden = false;
  }

  /** @param {string | null} chosen */
  show(chosen) {
    for (const [id, option] of this.options)
      option.setAttribute("aria-selected", String(id === chosen));
  }

  #option({ id, name, description, owner }, choose) {
    const option = clone("model-option");
    part(option, "label").textContent = name;
    part(option, "provider").textContent =
      description || (owner ? message("sharedBy", { owner }) : message("yourAssistant"));
    option.addEventListener("click", () => choose(id));
    return option;
  }
}
