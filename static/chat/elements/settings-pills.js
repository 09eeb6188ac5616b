// What deviates from the defaults, as pills below the draft: each says that it is on, and a press
// takes it back.
import { message } from "../messages.js";
import { brief } from "../models/settings.js";
import { clone, part, setChildren } from "./dom.js";

const SHOWN = 4;

export class SettingsPills {
  /**
   * @param {HTMLElement} root
   * @param {import("../models/settings.js").Settings} settings
   * @param {() => string | null} model the chosen one
   * @param {() => void} open the panel
   */
  constructor(root, settings, model, open) {
    this.root = root;
    this.settings = settings;
    this.model = model;
    this.open = open;
  }

  show() {
    const deviating = this.settings.deviating(this.model());
    const more = deviating.length - SHOWN;
    const assistant = this.settings.assistants.get(this.settings.assistant);
    const pills = deviating.slice(0, SHOWN).map((parameter) => this.#parameter(parameter));
    if (assistant) pills.unshift(this.#assistant(assistant));
    this.root.hidden = pills.length === 0;
    setChildren(this.root, more > 0 ? [...pills, this.#more(more)] : pills);
  }

  #assistant({ name, description }) {
    const pill = this.#pill(message("assistantNamed", { name }), () => this.settings.use(null));
    pill.title = description || message("withoutAssistant");
    return pill;
  }

  #parameter(parameter) {
    const value = brief(parameter, this.settings.chosen[parameter.name]);
    const text = [parameter.label, value].filter(Boolean).join(" ");
    return this.#pill(text, () => this.settings.set(parameter.name, undefined));
  }

  /** @param {string} text @param {() => void} takeBack */
  #pill(text, takeBack) {
    const pill = clone("setting-pill");
    part(pill, "text").textContent = text;
    pill.addEventListener("click", () => {
      const at = [...this.root.children].indexOf(pill);
      takeBack();
      /** @type {HTMLElement} */ (this.root.children[at] ?? this.root.lastElementChild)?.focus();
    });
    return pill;
  }

  #more(count) {
    const button = clone("setting-more");
    button.textContent = message("moreSettings", { count });
    button.addEventListener("click", this.open);
    return button;
  }
}
