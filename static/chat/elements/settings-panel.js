// All parameters that the chosen model takes, in a drawer: each with its meaning and its default.
// What is changed holds at once; what can't be, says why and changes nothing.
import { message } from "../messages.js";
import { linesOf, read } from "../models/settings.js";
import { announce } from "./announcer.js";
import { clone, part, setText } from "./dom.js";

/** @typedef {import("../models/settings.js").Parameter} Parameter */

const STRICT = true;
const WRITTEN = "input, select, textarea";
const FORMATS = { text: "formatText", json_object: "formatJson", json_schema: "formatSchema" };

export class SettingsPanel {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("../models/settings.js").Settings} settings
   * @param {Record<string, string>} groups their headings
   * @param {() => string | null} model the chosen one
   */
  constructor(dialog, settings, groups, model) {
    this.dialog = dialog;
    this.settings = settings;
    this.groups = groups;
    this.model = model;
    this.fields = /** @type {Map<string, Field>} */ (new Map());
    part(dialog, "reset").addEventListener("click", () => this.#reset());
    part(dialog, "close").addEventListener("click", () => dialog.close());
    part(dialog, "done").addEventListener("click", (event) => this.#done(event));
  }

  /** @param {string} [group] that is looked for */
  show(group) {
    const root = part(this.dialog, "fields");
    const offered = this.settings.offered(this.model());
    this.fields = new Map(offered.map((each) => [each.name, this.#field(each)]));
    root.replaceChildren(
      ...Object.entries(this.groups).flatMap(([group, heading]) => this.#group(group, heading)),
    );
    this.update();
    if (!this.dialog.open) this.dialog.showModal();
    if (group) this.#goTo(group);
  }

  #goTo(group) {
    const field = [...this.fields.values()].find(({ parameter }) => parameter.group === group);
    field?.node.closest(".setting-group").scrollIntoView();
    field?.focus();
  }

  /** Shows what is set now. */
  update() {
    const { chosen } = this.settings;
    for (const [name, field] of this.fields) field.mark(name in chosen);
    part(this.dialog, "reset").hidden = ![...this.fields.keys()].some((name) => name in chosen);
  }

  /** What can't be is not left behind unseen. */
  #done(event) {
    const refused = [...this.fields.values()].find((field) => field.isRefused);
    if (!refused) return;
    event.preventDefault();
    refused.focus();
  }

  #group(group, heading) {
    const fields = [...this.fields.values()].filter(({ parameter }) => parameter.group === group);
    if (!fields.length) return [];
    const section = clone("setting-group");
    part(section, "heading").textContent = heading;
    part(section, "heading").hidden = fields[0].parameter.label === heading;
    part(section, "list").append(...fields.map(({ node }) => node));
    return [section];
  }

  #field(parameter) {
    const { name } = parameter;
    return new Field(parameter, this.settings.chosen[name], (value) => {
      this.settings.set(name, value);
      this.update();
    });
  }

  #reset() {
    this.settings.put({});
    this.show();
    part(this.dialog, "close").focus();
  }
}

class Field {
  /** @param {Parameter} parameter @param {any} value @param {(value: any) => void} set */
  constructor(parameter, value, set) {
    this.parameter = parameter;
    this.set = set;
    this.node = clone("setting");
    const id = `setting-${parameter.name.replaceAll(".", "-")}`;
    const label = part(this.node, "label");
    label.textContent = parameter.label;
    label.id = `${id}-label`;
    part(this.node, "meaning").textContent = parameter.meaning;
    part(this.node, "meaning").id = `${id}-meaning`;
    part(this.node, "error").id = `${id}-error`;
    this.control = CONTROLS[parameter.kind](parameter, value, () => this.#changed());
    this.wrong = /** @type {HTMLElement | null} */ (null);
    this.described = `${id}-error ${id}-meaning`;
    this.control.node.setAttribute("aria-describedby", this.described);
    if (this.control.node.matches(WRITTEN)) {
      this.control.node.id = id;
      label.setAttribute("for", id);
    } else {
      this.control.node.setAttribute("role", "group");
      this.control.node.setAttribute("aria-labelledby", label.id);
    }
    part(this.node, "control").append(this.control.node);
    part(this.node, "reset").setAttribute(
      "aria-label",
      message("resetSetting", { name: parameter.label }),
    );
    part(this.node, "reset").addEventListener("click", () => this.#reset());
  }

  /** @param {boolean} isSet whether it differs from the default */
  mark(isSet) {
    part(this.node, "reset").hidden = !isSet;
    this.node.classList.toggle("set", isSet);
  }

  #changed() {
    const reading = read(this.parameter, this.control.raw());
    const { error, values } = /** @type {any} */ (reading);
    this.#refuse(error, values);
    if (!error) this.set(/** @type {any} */ (reading).value);
  }

  #reset() {
    this.control.clear();
    this.#changed();
    this.focus();
  }

  /** Goes to what is wrong, or else to where something is written or chosen. */
  focus() {
    const { node } = this.control;
    const first = node.matches(WRITTEN) ? node : node.querySelector(WRITTEN);
    /** @type {HTMLElement} */ (this.wrong ?? first).focus();
  }

  get isRefused() {
    return this.wrong !== null;
  }

  #refuse(error, values) {
    const line = part(this.node, "error");
    const text = error ? message(error, values) : "";
    this.wrong?.removeAttribute("aria-invalid");
    this.wrong = error ? (this.control.at?.(error) ?? this.control.node) : null;
    this.wrong?.setAttribute("aria-invalid", "true");
    this.wrong?.setAttribute("aria-describedby", this.described);
    setText(line, text);
    line.hidden = !text;
    announce(text);
  }
}

/**
 * @typedef {object} Control
 * @property {HTMLElement} node
 * @property {() => any} raw
 * @property {() => void} clear
 * @property {(error: string) => HTMLElement} [at] which of its fields an error is about
 */

function input(parameter, value, changed) {
  const node = document.createElement("input");
  node.type = "number";
  node.step = parameter.kind === "integer" ? "1" : "any";
  if (parameter.least !== null) node.min = String(parameter.least);
  if (parameter.most !== null) node.max = String(parameter.most);
  node.value = value ?? "";
  node.placeholder = parameter.default ?? message("noLimit");
  node.addEventListener("change", changed);
  // Letters leave a number field empty: they are not the default.
  const raw = () => (node.validity.badInput ? "?" : node.value);
  return { node, raw, clear: () => (node.value = "") };
}

function area(value, changed, rows) {
  const node = document.createElement("textarea");
  node.rows = rows;
  node.dir = "auto";
  node.value = value;
  node.addEventListener("change", changed);
  return { node, raw: () => node.value, clear: () => (node.value = "") };
}

function select(options, value, changed) {
  const node = document.createElement("select");
  for (const [key, label] of options) node.add(new Option(label, key, false, key === value));
  node.addEventListener("change", changed);
  return { node, raw: () => node.value, clear: () => (node.value = options[0][0]) };
}

const defaultOf = ({ default: value }) =>
  value === null ? message("default") : message("defaultIs", { value });

function choice(parameter, value, changed) {
  const options = parameter.choices.map((each) => [each, each]);
  return select([["", defaultOf(parameter)], ...options], value ?? "", changed);
}

function switched(parameter, value, changed) {
  const words = { true: message("on"), false: message("off") };
  const first = message("defaultIs", { value: words[String(parameter.default)] });
  const options = [["", first], ...Object.entries(words)];
  return select(options, value === undefined ? "" : String(value), changed);
}

function many(parameter, value, changed) {
  const node = clone("setting-choices");
  const boxes = parameter.choices.map((each) => {
    const line = clone("setting-choice");
    const box = /** @type {HTMLInputElement} */ (part(line, "box"));
    part(line, "name").textContent = each;
    box.value = each;
    box.checked = value.includes(each);
    box.addEventListener("change", changed);
    node.append(line);
    return box;
  });
  const raw = () => boxes.filter(({ checked }) => checked).map((box) => box.value);
  return { node, raw, clear: () => boxes.forEach((box) => (box.checked = false)) };
}

/** Tools, each with its name for people and what it does. */
function functions(parameter, value, changed) {
  const control = many(parameter, value, changed);
  for (const line of control.node.children) {
    const { label, meaning } = parameter.told[part(line, "name").textContent];
    part(line, "name").replaceWith(toolName(label, meaning));
  }
  return control;
}

function toolName(label, meaning) {
  const node = clone("setting-tool");
  part(node, "label").textContent = label;
  part(node, "meaning").textContent = meaning;
  return node;
}

function format(parameter, value, changed) {
  const node = clone("setting-format");
  const kinds = parameter.choices.map((each) => [each, message(FORMATS[each])]);
  const kind = select(kinds, value?.type ?? "text", () => (show(), changed()));
  const name = /** @type {HTMLInputElement} */ (part(node, "name"));
  const schema = /** @type {HTMLTextAreaElement} */ (part(node, "schema"));
  name.value = value?.name ?? "answer";
  schema.value = value?.schema ? JSON.stringify(value.schema, null, 2) : "";
  kind.node.setAttribute("aria-label", parameter.label);
  node.prepend(kind.node);
  for (const field of [name, schema]) field.addEventListener("change", changed);
  const show = () => (part(node, "details").hidden = kind.raw() !== "json_schema");
  show();
  return {
    node,
    raw: () => ({ type: kind.raw(), name: name.value, schema: schema.value, strict: STRICT }),
    clear: () => (kind.clear(), show()),
    at: (error) => (error === "notAName" ? name : schema),
  };
}

const CONTROLS = {
  text: (_, value, changed) => area(value ?? "", changed, 5),
  number: input,
  integer: input,
  choice,
  switch: switched,
  many: (parameter, value, changed) => many(parameter, value ?? [], changed),
  tools: (parameter, value, changed) =>
    functions(
      parameter,
      (value ?? []).map(({ type }) => type),
      changed,
    ),
  functions: (parameter, value, changed) => functions(parameter, value ?? [], changed),
  pairs: (_, value, changed) => area(linesOf(value), changed, 2),
  format,
};
