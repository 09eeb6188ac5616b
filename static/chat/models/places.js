// Where in an output item a streamed text belongs. A place leads to the object and the key that
// hold a text, making on the way what the provider did not announce.
// The server's twin is conversations/protocol/places.py.

import { isNothing, isObject, isText } from "./shapes.js";

// How many parts that were never announced a provider's index may jump over.
const GAP = 16;

/**
 * A field of the item itself. `item` is the type of the item, `field` the name of the text in it
 * and in the event that brings it whole, `index` the event's field that numbers it.
 */
class Place {
  constructor(item, field, index = "") {
    Object.assign(this, { item, field, index });
  }

  /** The index that `at` means: far beyond the end it means the last text. */
  within(_item, _at) {
    return 0;
  }

  /** Where text number `at` is: `holder[key]`. */
  spot(item, _at) {
    return textIn(item, this.field);
  }
}

/** A field of a numbered part: `parts` names the list, `kind` the parts' type. */
class PartPlace extends Place {
  constructor(item, field, index, { parts = "content", kind = "output_text" } = {}) {
    super(item, field, index);
    Object.assign(this, { parts, kind });
  }

  within(item, at) {
    return within(listIn(item, this.parts), at);
  }

  spot(item, at) {
    const parts = listIn(item, this.parts);
    while (parts.length <= at) parts.push(this.#fresh());
    const part = parts[at];
    if (part.type !== this.kind && isEmptyPart(part)) {
      clear(part);
      Object.assign(part, this.#fresh());
    }
    return textIn(part, this.field);
  }

  #fresh() {
    const part = { type: this.kind, [this.field]: "" };
    return this.kind === "output_text" ? { ...part, annotations: [] } : part;
  }
}

/** One of a shell call's commands: plain strings in `action.commands`. */
class CommandPlace extends Place {
  within(item, at) {
    return within(this.#commands(item), at);
  }

  spot(item, at) {
    const holder = this.#commands(item);
    while (holder.length <= at) holder.push("");
    return { holder, key: at };
  }

  #commands(item) {
    if (!isObject(item.action)) item.action = {};
    return listIn(item.action, "commands");
  }
}

/** What one command of a shell call wrote: an object in `output`. */
class ShellOutputPlace extends Place {
  within(item, at) {
    return within(listIn(item, "output"), at);
  }

  spot(item, at) {
    const output = listIn(item, "output");
    while (output.length <= at) output.push({ stdout: "", stderr: "" });
    return textIn(output[at], this.field);
  }
}

export const TEXT = new PartPlace("message", "text", "content_index");
export const REFUSAL = new PartPlace("message", "refusal", "content_index", { kind: "refusal" });
export const SUMMARY = new PartPlace("reasoning", "text", "summary_index", {
  parts: "summary",
  kind: "summary_text",
});
export const REASONING = new PartPlace("reasoning", "text", "content_index", {
  kind: "reasoning_text",
});
export const ARGUMENTS = new Place("function_call", "arguments");
export const MCP_ARGUMENTS = new Place("mcp_call", "arguments");
export const INPUT = new Place("custom_tool_call", "input");
export const CODE = new Place("code_interpreter_call", "code");
export const COMMAND = new CommandPlace("shell_call", "command", "command_index");
export const STDOUT = new ShellOutputPlace("shell_call_output", "stdout", "command_index");
export const STDERR = new ShellOutputPlace("shell_call_output", "stderr", "command_index");

export const PLACES_OF_PARTS = new Map(
  [TEXT, REFUSAL, SUMMARY, REASONING].map((place) => [place.kind, place]),
);

/** Whether nothing was streamed into `part` yet. */
export function isEmptyPart({ text, refusal, annotations }) {
  return isNothing(text) && isNothing(refusal) && isNothing(annotations);
}

export function clear(object) {
  for (const key of Object.keys(object)) delete object[key];
}

/** The list in `field`, made where there is none. */
export function listIn(holder, field) {
  if (!Array.isArray(holder[field])) holder[field] = [];
  return holder[field];
}

function textIn(holder, key) {
  if (!isText(holder[key])) holder[key] = "";
  return { holder, key };
}

function within(entries, at) {
  return at <= entries.length + GAP ? at : Math.max(entries.length - 1, 0);
}
