// What the next question is asked with, besides its words and its model: the settings.
import { part } from "./elements/dom.js";
import { SettingsPanel } from "./elements/settings-panel.js";
import { SettingsPills } from "./elements/settings-pills.js";
import { Settings } from "./models/settings.js";

export class Preparing {
  /**
   * @param {object} page what the server sent with it
   * @param {Storage | null} storage
   * @param {HTMLElement} main
   * @param {() => string | null} model the chosen one
   */
  constructor(page, storage, main, model) {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("settings-dialog"));
    const { parameters, parameter_groups: groups, models, user } = page;
    this.settings = new Settings(parameters, models, storage, user.id, () => this.show());
    this.panel = new SettingsPanel(dialog, this.settings, groups, model);
    const open = () => this.panel.show();
    this.pills = new SettingsPills(part(main, "settings-pills"), this.settings, model, open);
    part(main, "settings").addEventListener("click", open);
  }

  show() {
    this.pills.show();
  }

  /** @param {string | null} conversation @param {object | null} last response on the branch shown */
  follow(conversation, last) {
    this.settings.follow(conversation, last);
  }

  /** @param {object} [response] to ask as this one was asked */
  options(response) {
    return this.settings.options(response);
  }
}
