// The parameters of the next question, and its assistant: those of the last answer on the branch
// that is shown, until the person sets others. What is set and not sent yet is kept over a reload,
// like a draft.
import { Store } from "./store.js";

/**
 * @typedef {object} Parameter as the server's table has it
 * @property {string} name dotted, as the API nests it
 * @property {string} group
 * @property {string} label
 * @property {string} meaning
 * @property {"text" | "number" | "integer" | "choice" | "switch" | "many" | "tools" | "functions" |
 *   "pairs" | "format"} kind
 * @property {string | number | boolean | null} default
 * @property {string[]} choices
 * @property {Told} [told] of tools, and of MCP servers
 * @property {number | null} least
 * @property {number | null} most
 * @typedef {Record<string, {label: string, meaning: string}>} Told by their names
 * @typedef {Record<string, any>} Settings by the parameters' names; only what is set
 */

const SERVERS = "mcp_servers";

export class Settings {
  /**
   * @param {Parameter[]} parameters
   * @param {{id: string, unsupported: string[]}[]} models
   * @param {Storage | null} storage
   * @param {string | number} user whose they are
   * @param {() => void} changed
   * @param {{id: string, name: string}[]} assistants that may be used
   * @param {Told} servers MCP servers that may be used, by their labels
   */
  constructor(parameters, models, storage, user, changed, assistants = [], servers = {}) {
    this.servers = servers;
    this.parameters = parameters.map((each) => this.#withServers(each)).filter(Boolean);
    this.models = new Map(models.map((model) => [model.id, model]));
    this.store = new Store(storage, `settings:${user}:`);
    this.changed = changed;
    this.assistants = new Map(assistants.map((each) => [each.id, each]));
    this.assistant = /** @type {string | null} */ (null);
    this.conversation = /** @type {string | null} */ (null);
    this.after = /** @type {string | null | undefined} */ (undefined);
    this.chosen = /** @type {Settings} */ ({});
    this.isGuess = false; // the last response of the branch is not here yet
  }

  /**
   * Takes up those of the branch that is shown now.
   * @param {string | null} conversation
   * @param {object | null} last the last response on it; `isGuess` says that its settings are not
   *   known yet, and are those of another
   */
  follow(conversation, last) {
    const hasLearnt = last !== null && this.#learn(last);
    const after = last?.id ?? null;
    const isSame = conversation === this.conversation && after === this.after;
    if (isSame && (!this.isGuess || last?.isGuess)) {
      if (hasLearnt) this.changed();
      return;
    }
    this.conversation = conversation;
    this.after = after;
    this.isGuess = last?.isGuess ?? false;
    const { chosen, assistant } = this.#unsent() ?? asked(last);
    this.chosen = this.#usable(chosen);
    this.assistant = this.#known(assistant);
    this.changed();
  }

  /** @param {string | null} model @returns {Parameter[]} those that it was not seen to refuse */
  offered(model) {
    const { unsupported = [], max_output: most } = this.models.get(model) ?? {};
    const offered = this.parameters.filter(({ name }) => !unsupported.includes(name));
    const fit = (each) => (most && each.name === "max_output_tokens" ? { ...each, most } : each);
    return offered.map(fit);
  }

  /** @param {string | null} model @returns {Parameter[]} those that differ from their default */
  deviating(model) {
    return this.offered(model).filter(({ name }) => name in this.chosen);
  }

  /** @param {string} name @param {any} value undefined for the default */
  set(name, value) {
    const { [name]: _, ...others } = this.chosen;
    this.put(value === undefined ? others : { ...others, [name]: value });
  }

  /** @param {Settings} chosen in place of all others */
  put(chosen) {
    this.chosen = chosen;
    this.#keep();
  }

  /** @param {string | null} id of the assistant that is to answer; null for none */
  use(id) {
    this.assistant = this.#known(id);
    this.#keep();
  }

  /** @param {object} [response] to ask for as this one was; else as it is set now */
  options(response) {
    const { chosen, assistant } = response ? asked(response) : this;
    const known = this.#known(assistant);
    const settings = this.#usable(chosen);
    return {
      ...(Object.keys(settings).length && { settings }),
      ...(known && { assistant: known }),
    };
  }

  #keep() {
    const { after, chosen, assistant } = this;
    this.store.set(this.#key, JSON.stringify({ after, chosen, assistant }));
    this.changed();
  }

  /** One that was deleted, or is shared no more, is none. */
  #known(id) {
    return this.assistants.has(id) ? id : null;
  }

  /** Servers that were taken away are switched off. @param {Settings} chosen */
  #usable({ [SERVERS]: labels = [], ...others }) {
    const known = labels.filter((label) => Object.hasOwn(this.servers, label));
    return known.length ? { ...others, [SERVERS]: known } : others;
  }

  /** Which servers there are is another thing for each person. @param {Parameter} parameter */
  #withServers(parameter) {
    if (parameter.name !== SERVERS) return parameter;
    const choices = Object.keys(this.servers);
    return choices.length ? { ...parameter, choices, told: this.servers } : null;
  }

  get #key() {
    return this.conversation ?? "";
  }

  /** What was set behind this answer and not sent; what was left behind another is forgotten. */
  #unsent() {
    try {
      const kept = JSON.parse(this.store.get(this.#key));
      if (kept?.chosen && kept.after === this.after) return kept;
    } catch {
      // Anything may have written there.
    }
    this.store.remove(this.#key);
    return null;
  }

  /** A model may have refused something while this page was open: whether it has. */
  #learn({ model_id: id, unsupported = [] }) {
    const model = this.models.get(id);
    const learnt = model ? unsupported.filter((name) => !model.unsupported.includes(name)) : [];
    if (learnt.length) model.unsupported = [...model.unsupported, ...learnt];
    if (learnt.includes("input_image")) model.takes_images = false;
    if (learnt.includes("input_file")) model.takes_files = false;
    return learnt.length > 0;
  }
}

/** @param {object | null} response @returns {{chosen: Settings, assistant: string | null}} */
function asked(response) {
  return { chosen: response?.chosen ?? {}, assistant: response?.assistant_id ?? null };
}

/** @typedef {{value: any} | {error: string, values?: object}} Reading error: a message's name */

/**
 * What a person wrote or chose, as the parameter's value: undefined for the default.
 * @param {Parameter} parameter
 * @param {any} raw text, a list of choices, or the fields of a format
 * @returns {Reading}
 */
export function read(parameter, raw) {
  return READERS[parameter.kind](parameter, raw);
}

/**
 * @param {Parameter[]} parameters
 * @param {string[]} names of tools of the server's own
 * @returns {Parameter[]} the parameters, where these are not to be chosen
 */
export const withoutTools = (parameters, names) =>
  parameters.map((one) =>
    one.kind === "functions"
      ? { ...one, choices: one.choices.filter((name) => !names.includes(name)) }
      : one,
  );

/** @param {Parameter} parameter @param {any} value @returns {string} in few words; "" for long ones */
export function brief({ kind, told }, value) {
  if (kind === "text" || kind === "pairs") return "";
  if (kind === "switch") return "";
  const labels = (names) => names.map((name) => told[name]?.label ?? name).join(", ");
  if (kind === "tools") return labels(value.map(({ type }) => type));
  if (kind === "functions") return labels(value);
  if (kind === "many") return String(value.length);
  if (kind === "format") return value.name ?? value.type;
  return String(value);
}

/** @param {Record<string, string>} pairs @returns {string} a line each */
export const linesOf = (pairs = {}) =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");

const unset = { value: undefined };

function number(parameter, raw) {
  if (raw.trim() === "") return unset;
  const value = Number(raw);
  if (!Number.isFinite(value)) return { error: "notANumber" };
  const { least, most } = parameter;
  if (value < (least ?? -Infinity) || value > (most ?? Infinity))
    return { error: "outOfRange", values: { least, most } };
  if (parameter.kind === "integer" && !Number.isInteger(value)) return { error: "notWhole" };
  return { value };
}

function text({ most }, raw) {
  if (raw.length > most) return { error: "tooManyCharacters", values: { most } };
  return raw.trim() === "" ? unset : { value: raw };
}

function pairs({ most }, raw) {
  const lines = raw.split("\n").filter((line) => line.trim());
  const found = lines.map((line) => /^\s*([^=]{1,64}?)\s*=\s*(.{0,512}?)\s*$/.exec(line));
  if (found.includes(null) || found.length > most) return { error: "notPairs", values: { most } };
  return found.length
    ? { value: Object.fromEntries(found.map(([, name, value]) => [name, value])) }
    : unset;
}

function format(_, { type, name, schema, strict }) {
  if (!type || type === "text") return unset;
  if (type !== "json_schema") return { value: { type } };
  if (!/^[\w-]{1,64}$/.test(name)) return { error: "notAName" };
  try {
    const read = JSON.parse(schema);
    if (read?.type !== "object") return { error: "notASchema" };
    return { value: { type, name, schema: read, strict } };
  } catch (error) {
    return { error: "notJson", values: { detail: error.message } };
  }
}

const list = (_, raw) => (raw.length ? { value: raw } : unset);

const READERS = {
  text,
  number,
  integer: number,
  choice: (_, raw) => (raw === "" ? unset : { value: raw }),
  switch: (_, raw) => (raw === "" ? unset : { value: raw === "true" }),
  many: list,
  functions: list,
  tools: (_, raw) => list(_, raw.map((type) => ({ type }))),
  pairs,
  format,
};
