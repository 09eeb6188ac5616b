// What the next question is asked with, besides its words and its model: the settings, and how much
// room there is for it.
import { part } from "./elements/dom.js";
import { GaugeView } from "./elements/gauge.js";
import { SettingsPanel } from "./elements/settings-panel.js";
import { SettingsPills } from "./elements/settings-pills.js";
import { isCompaction } from "./models/compaction.js";
import { Gauge } from "./models/gauge.js";
import { Settings } from "./models/settings.js";
import { isRunning } from "./models/status.js";

export class Preparing {
  /**
   * @param {object} page what the server sent with it
   * @param {Storage | null} storage
   * @param {HTMLElement} main
   * @param {object} world
   * @param {import("./api.js").Api} world.api
   * @param {{setTimeout: Function, clearTimeout: Function}} world.clock
   * @param {() => string | null} world.model the chosen one
   * @param {(id: string) => void} world.compact
   */
  constructor(page, storage, main, { api, clock, model, compact }) {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("settings-dialog"));
    const { parameters, parameter_groups: groups, models, user } = page;
    this.model = model;
    this.last = /** @type {object | null} */ (null);
    this.draft = /** @type {HTMLTextAreaElement} */ (part(main, "draft"));
    this.settings = new Settings(parameters, models, storage, user.id, () => this.show());
    this.panel = new SettingsPanel(dialog, this.settings, groups, model);
    const open = () => this.panel.show();
    this.pills = new SettingsPills(part(main, "settings-pills"), this.settings, model, open);
    part(main, "settings").addEventListener("click", open);
    const view = new GaugeView(part(main, "gauge"), () => compact(this.last.id));
    this.gauge = new Gauge(
      (draft) => api.estimate(draft),
      clock,
      (estimate) => view.show(estimate, this.#canCompact),
    );
    this.draft.addEventListener("input", () => this.#measure());
  }

  show() {
    this.pills.show();
    this.#measure();
  }

  /**
   * @param {string | null} conversation
   * @param {object | null} last response on the branch shown
   */
  follow(conversation, last) {
    this.last = last;
    this.settings.follow(conversation, last);
    this.#measure();
  }

  /** @param {object} [response] to ask as this one was asked */
  options(response) {
    return this.settings.options(response);
  }

  get #canCompact() {
    return this.last !== null && !isRunning(this.last) && !isCompaction(this.last);
  }

  #measure() {
    const isKnown = this.last === null ? this.draft.value.trim() : !isRunning(this.last);
    if (!isKnown) return this.gauge.look(null);
    this.gauge.look({
      model: this.model(),
      previous_response_id: this.last?.id ?? null,
      input: this.draft.value,
      ...this.settings.options(),
    });
  }
}
