// What the next question is asked with, besides its words and its model: an assistant, settings,
// prompts; and how much room there is for it.
import { announce } from "./elements/announcer.js";
import { AssistantOptions } from "./elements/assistant-options.js";
import { ComposerMenu } from "./elements/composer-menu.js";
import { onAction, part } from "./elements/dom.js";
import { GaugeView } from "./elements/gauge.js";
import { SettingsPanel } from "./elements/settings-panel.js";
import { SettingsPills } from "./elements/settings-pills.js";
import { isCompaction } from "./models/compaction.js";
import { sizeOf } from "./models/files.js";
import { Gauge } from "./models/gauge.js";
import { Settings, withoutTools } from "./models/settings.js";
import { isRunning } from "./models/status.js";
import { message } from "./messages.js";

const TYPING = 150; // ms between two letters
const FRESH = 10_000; // ms; prompts may be changed in another tab

export class Preparing {
  /**
   * @param {object} page what the server sent with it
   * @param {Storage | null} storage
   * @param {HTMLElement} main
   * @param {object} world
   * @param {import("./api.js").Api} world.api
   * @param {{setTimeout: Function, clearTimeout: Function}} world.clock
   * @param {() => string | null} world.model the chosen one
   * @param {(id: string) => void} world.choose a model
   * @param {(id: string) => void} world.compact
   * @param {() => object} world.place whom the next question asks, and where it goes
   * @param {() => import("./models/files.js").FilePart[]} world.attached
   * @param {(part: import("./models/files.js").FilePart) => void} world.attach one uploaded before
   * @param {() => string | null} world.folder that the conversation is in, or will be
   */
  constructor(page, storage, main, { api, clock, model, choose, compact, place, attached, attach, folder }) {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("settings-dialog"));
    const parameters = withoutTools(page.parameters, page.user.withheld_tools);
    const { parameter_groups: groups, models, assistants, mcp_servers: servers, user } = page;
    this.model = model;
    this.choose = choose;
    this.place = place;
    this.attached = attached;
    this.last = /** @type {object | null} */ (null);
    this.draft = /** @type {HTMLTextAreaElement} */ (part(main, "draft"));
    this.settings = new Settings(
      parameters,
      models,
      storage,
      user.id,
      () => this.show(),
      assistants,
      servers,
    );
    const picker = part(main, "model-picker");
    this.assistants = new AssistantOptions(picker, assistants, (id) => this.use(id));
    this.panel = new SettingsPanel(dialog, this.settings, groups, model);
    const open = () => this.panel.show();
    this.pills = new SettingsPills(part(main, "settings-pills"), this.settings, model, open);
    part(main, "settings").addEventListener("click", open);
    onAction(main, "choose-tools", () => this.panel.show("tools"));
    const view = new GaugeView(part(main, "gauge"), () => compact(this.last.id));
    this.gauge = new Gauge(
      (draft) => api.estimate(draft),
      clock,
      (estimate) => view.show(estimate, this.#canCompact),
    );
    this.draft.addEventListener("input", () => this.measure());
    new ComposerMenu(part(main, "composer"), document.getElementById("composer-menu"), {
      "/": lately(() => promptChoices(api)),
      "@": () => [...this.#assistantChoices(), ...this.#modelChoices(models)],
      "#": settled(async (query) => fileChoices(await api.files(query, folder()), attach)),
    });
  }

  /** @param {string | null} id of the assistant that is to answer, by its own model */
  use(id) {
    const { assistants } = this.settings;
    if (assistants.get(id)?.model) this.choose(assistants.get(id).model);
    this.settings.use(id);
  }

  show() {
    this.pills.show();
    this.assistants.show(this.settings.assistant);
    this.measure();
  }

  /**
   * @param {string | null} conversation
   * @param {object | null} last response on the branch shown
   */
  follow(conversation, last) {
    this.last = last;
    this.settings.follow(conversation, last);
    this.measure();
  }

  /** @param {object} [response] to ask as this one was asked */
  options(response) {
    return this.settings.options(response);
  }

  get #canCompact() {
    return this.last !== null && !isRunning(this.last) && !isCompaction(this.last);
  }

  /** The draft is another one, or goes elsewhere. */
  measure() {
    const files = this.attached().map(({ file_id: id }) => id);
    const isBegun = this.draft.value.trim() !== "" || files.length > 0;
    const isKnown = this.last === null ? isBegun : !isRunning(this.last);
    if (!isKnown) return this.gauge.look(null);
    this.gauge.look({
      model: this.model(),
      previous_response_id: this.last?.id ?? null,
      input: this.draft.value,
      ...(files.length && { files }),
      ...this.settings.options(),
      ...this.place(),
    });
  }

  #assistantChoices() {
    const group = message("assistants");
    return [...this.settings.assistants.values()].map(({ id, name, description }) => ({
      key: name,
      label: name,
      detail: description,
      group,
      choose: () => this.use(id),
    }));
  }

  #modelChoices(models) {
    const group = message("models");
    return models.map(({ id, name, label, provider }) => ({
      key: name,
      label,
      detail: provider,
      group,
      choose: () => this.choose(id),
    }));
  }
}

/**
 * What a function gave a moment ago is given again at once: its menu is typed at.
 * @template T
 * @param {() => Promise<T>} ask @returns {() => Promise<T>}
 */
function lately(ask) {
  let at = -Infinity;
  let given = /** @type {Promise<T> | null} */ (null);
  return () => {
    if (!given || Date.now() - at > FRESH) {
      at = Date.now();
      given = ask();
      given.catch(() => (given = null));
    }
    return given;
  };
}

/**
 * Asks when the typing pauses; what was typed before that has nothing.
 * @template T
 * @param {(query: string) => Promise<T[]>} ask @returns {(query: string) => Promise<T[]>}
 */
function settled(ask) {
  let latest = 0;
  return async (query) => {
    const mine = ++latest;
    await new Promise((resolve) => setTimeout(resolve, TYPING));
    return mine === latest ? ask(query) : [];
  };
}

/** Those of the folder first, as the server gives them. */
function fileChoices({ folder, files }, attach) {
  const choice = (group) => (file) => ({
    key: file.filename,
    label: file.filename,
    detail: sizeOf(file.size),
    group: message(group),
    choose() {
      attach(file);
      announce(message("fileAttached", { name: file.filename }));
    },
  });
  return [...folder.map(choice("filesOfFolder")), ...files.map(choice("yourFiles"))];
}

async function promptChoices(api) {
  const { prompts } = await api.prompts();
  const own = message("prompts");
  const choices = prompts.map(({ command, title, text, owner }) => ({
    key: command,
    label: `/${command}`,
    detail: title,
    group: owner ? message("sharedWithYou") : own,
    text,
  }));
  const more = { key: "", label: message("newPrompt"), detail: "", group: message("more") };
  return [...choices, { ...more, choose: () => location.assign("/prompts/new/") }];
}
