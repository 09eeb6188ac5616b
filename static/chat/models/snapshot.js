// The fold: what response do the events so far describe? Its rules are written down in the
// server's twin, conversations/protocol/snapshot.py; tests/streams holds both to them.

import { HANDLERS } from "./handlers.js";
import { OutputItem } from "./output.js";
import {
  DONE,
  ENDED,
  RUNNING,
  STREAMED,
  asItem,
  asItems,
  asList,
  asUsage,
  isNothing,
  isObject,
  named,
  position,
} from "./shapes.js";

/** A response while its events arrive. Starts empty, or from a response that came before. */
export class Snapshot {
  #fields;
  #items = [];
  #byIndex = new Map();

  /** @param {object} [response] as the server or an earlier snapshot showed it */
  constructor(response) {
    const { output, ...fields } = isObject(response) ? response : {};
    this.#fields = { object: "response", ...fields };
    if (![...RUNNING, ...ENDED].includes(fields.status)) this.#fields.status = "in_progress";
    this.#restore(output);
  }

  /** Take one event into account. No event throws; events must not be changed afterwards. */
  apply(event) {
    if (isObject(event) && !this.hasEnded) HANDLERS.get(event.type)?.(this, event);
  }

  /** Whether a terminal event was seen. */
  get hasEnded() {
    return ENDED.includes(this.#fields.status);
  }

  /**
   * The response so far. Nothing in it changes later, and nobody else may change it: an item
   * that did not change is the same object every time.
   */
  get response() {
    return { ...this.#fields, output: this.#items.map((item, at) => this.#shown(item, at)) };
  }

  /** Take over what an event says of the response, except its status and output. */
  takeFields(given) {
    const fields = this.#fields;
    for (const [key, value] of Object.entries(given)) {
      if (["id", "output", "status", "__proto__"].includes(key)) continue;
      if (value != null || !(key in fields)) fields[key] = value;
    }
    if (isNothing(fields.id) && !isNothing(given.id)) fields.id = given.id;
    if ("created" in fields) {
      const { created, ...others } = fields;
      this.#fields = { created_at: created, ...others };
    }
    if (given.usage != null) this.#fields.usage = asUsage(given.usage);
  }

  /** Take over the output of a terminal event, unless it is blank. */
  takeOutput(output) {
    const items = asItems(output).map((item, at) => {
      const known = this.#items[at];
      if (known?.type !== item.type) return item;
      known.merge(item);
      return known.read();
    });
    if (items.length) this.#restore(items);
  }

  /** The response has started: `output` is what it had before this stream began. */
  begin(status, output) {
    this.#fields.status = status;
    if (!this.#items.length) this.#restore(output);
  }

  /** The response has ended: what still runs in it has ended, too. */
  end(status, error) {
    this.#fields.status = status;
    if (error) this.#fields.error = error;
    for (const item of this.#items) {
      if (item.isOpen && (STREAMED.has(item.type) || item.hasStatus)) {
        item.set({ status: status === "completed" ? "completed" : "incomplete" });
      }
    }
  }

  /** The open item of type `kind` that `event` is about; null when it comes late. */
  itemFor(event, kind) {
    const here = this.#byIndex.get(event.output_index);
    if (here?.type === kind && here.isOpen) return here;
    const at = position(event.output_index);
    const name = named(event.item_id);
    const item = this.#find(at, name, kind) ?? this.#add(at, skeleton(kind, name));
    return item.isOpen ? item : null;
  }

  /** An item is announced: again, for the first time, or after its first deltas. */
  addItem(event) {
    const item = asItem(event.item);
    if (!item) return;
    // Some providers announce an item as completed; but then nothing could follow.
    const isOver = item.status == null || DONE.includes(item.status);
    if (STREAMED.has(item.type) && isOver) item.status = "in_progress";
    const at = position(event.output_index);
    const known = this.#announced(at, item);
    if (!known) this.#add(at, item);
    else if (known.isOpen) known.merge(item);
  }

  /** An item is done: the event has all of it. */
  finishItem(event) {
    const item = asItem(event.item);
    if (!item) return;
    if (STREAMED.has(item.type) && !DONE.includes(item.status)) item.status = "completed";
    const at = position(event.output_index);
    const known = this.#find(at, named(item.id), item.type);
    if (known) known.merge(item);
    else this.#add(at, item);
  }

  /** The item that `item` announces once more, if there is one. */
  #announced(at, item) {
    const name = named(item.id);
    const here = at === null ? this.#named(name, item.type) : this.#byIndex.get(at);
    if (here?.type !== item.type) return null;
    if (!here.isOpen) return name !== null && name === here.id ? here : null;
    const ids = [named(item.call_id), here.callId];
    return ids.includes(null) || ids[0] === ids[1] ? here : null;
  }

  #find(at, name, kind) {
    const here = this.#byIndex.get(at);
    const fits = here?.type === kind;
    if (fits && (here.isOpen || name === null || name === here.id)) return here;
    const byName = this.#named(name, kind);
    if (byName || (at !== null && !here)) return byName;
    const newestOpen = this.#items.findLast((item) => item.type === kind && item.isOpen);
    return newestOpen ?? (fits ? here : null);
  }

  #named(name, kind) {
    if (name === null) return null;
    return this.#items.findLast((item) => item.type === kind && item.id === name) ?? null;
  }

  #add(given, value) {
    const next = (this.#items.at(-1)?.index ?? -1) + 1;
    const at = given === null || this.#byIndex.has(given) ? next : given;
    const item = new OutputItem(at, value);
    this.#byIndex.set(at, item);
    this.#items.push(item);
    this.#items.sort((one, other) => one.index - other.index);
    return item;
  }

  #restore(output) {
    this.#items = [];
    this.#byIndex.clear();
    for (const entry of asList(output)) {
      const item = asItem(entry);
      if (item) this.#add(position(entry.output_index) ?? this.#items.length, item);
    }
  }

  #shown(item, at) {
    const shown = item.read();
    return at === item.index || this.hasEnded ? shown : { ...shown, output_index: item.index };
  }
}

/** The item that a provider forgot to announce. */
function skeleton(kind, name) {
  const item = { type: kind };
  if (name !== null) item.id = name;
  if (STREAMED.has(kind)) item.status = "in_progress";
  return asItem(item);
}
