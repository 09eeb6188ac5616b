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
    this.root.hidden = deviating.length === 0;
    const pills = deviating.slice(0, SHOWN).map((parameter) => this.#pill(parameter));
    setChildren(this.root, more > 0 ? [...pills, this.#more(more)] : pills);
  }

  #pill(parameter) {
    const pill = clone("setting-pill");
    const value = brief(parameter, this.settings.chosen[parameter.name]);
    part(pill, "text").textContent = [parameter.label, value].filter(Boolean).join(" ");
    pill.addEventListener("click", () => {
      const at = [...this.root.children].indexOf(pill);
      this.settings.set(parameter.name, undefined);
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
