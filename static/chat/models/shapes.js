// Reading what providers write instead of the API's shapes: indexes, items, parts, usage.
// Every function takes any JSON value and none of them throws.
// The server's twin is conversations/protocol/shapes.py.

export const RUNNING = ["queued", "in_progress"];
export const ENDED = ["completed", "incomplete", "failed", "cancelled"];
export const DONE = ["completed", "incomplete", "failed"];

// The items whose text is streamed: of these the fold itself says when they are done.
export const STREAMED = new Set([
  "code_interpreter_call",
  "custom_tool_call",
  "function_call",
  "mcp_call",
  "message",
  "reasoning",
  "shell_call",
  "shell_call_output",
]);

const PART_FIELDS = new Map([
  ["output_text", "text"],
  ["reasoning_text", "text"],
  ["refusal", "refusal"],
  ["summary_text", "text"],
]);

const INDEX_LIMIT = 10_000;

export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isText = (value) => typeof value === "string";

/** An index of the list sort, or null for what can't be one. */
export function position(value) {
  if (isText(value) && /^[0-9]{1,4}$/.test(value)) return Number(value);
  return Number.isInteger(value) && value >= 0 && value < INDEX_LIMIT ? value : null;
}

/** An id, or null for what can't be one. */
export const named = (value) => (isText(value) && value ? value : null);

/** Whether a later event may well have left out what `value` stands for. */
export function isBlank(value) {
  return value == null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Whether `value` is what Python calls false: an empty list and object included. */
export function isNothing(value) {
  return !value || (typeof value === "object" && Object.keys(value).length === 0);
}

/** Copy lists and objects all the way down. */
export function copied(value) {
  if (Array.isArray(value)) return value.map(copied);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copied(entry)]));
}

export const asList = (value) => (Array.isArray(value) ? value : []);

/** Write `next` over `old`, but nothing blank over something that was streamed. */
export function merge(old, next) {
  for (const [key, value] of Object.entries(next)) {
    if (key === "__proto__") continue; // an assignment to it would change what `old` is
    if (!Object.hasOwn(old, key) || !isBlank(value)) old[key] = value;
  }
}

/** Read an output item into a copy of its own, or null where there is none. */
export function asItem(value) {
  if (!isObject(value)) return null;
  const { output_index: _, ...item } = copied(value);
  if (item.type === "text" || item.type === "output_text") return messageOf(item);
  if (!isText(item.type)) item.type = "role" in item || "content" in item ? "message" : "unknown";
  READERS.get(item.type)?.(item);
  return item;
}

/** Read a list of output items; anything else is an empty one. */
export const asItems = (value) => asList(value).map(asItem).filter(Boolean);

/** Read a part of an item's content; `kind` is the type of one that names none. */
export function asPart(value, kind) {
  if (isText(value)) return asPart({ type: kind, text: value }, kind);
  if (!isObject(value)) return null;
  const part = copied(value);
  if (!isText(part.type) || part.type === "text") part.type = kind;
  const field = PART_FIELDS.get(part.type);
  if (field && !isText(part[field])) part[field] = "";
  return part;
}

/**
 * Read a usage: what the provider did not count is null, which is not 0. Nor is a usage of nothing
 * at all: to answer takes a token at least.
 */
export function asUsage(value) {
  if (!isObject(value)) return null;
  const { prompt_tokens: prompt, completion_tokens: completion, ...usage } = value;
  const or = (key, other) => (key in usage ? usage[key] : (other ?? null));
  const counted = {
    input_tokens: or("input_tokens", prompt),
    output_tokens: or("output_tokens", completion),
    total_tokens: or("total_tokens"),
  };
  const names = Object.keys(counted);
  const isKnown = names.some((name) => counted[name]);
  return { ...usage, ...(isKnown ? counted : Object.fromEntries(names.map((n) => [n, null]))) };
}

/** Read an error as a response carries it: a code and a message at least. */
export function asError(value) {
  const given = isObject(value) ? value : { message: value };
  return {
    code: named(given.code) ?? "server_error",
    message: named(given.message) ?? "The provider reported an error.",
    ...(isObject(given.failure) && { failure: given.failure }),
  };
}

function messageOf({ id, status, text, annotations }) {
  const part = { type: "output_text", text, annotations: [] };
  merge(part, { annotations: annotations ?? null });
  const message = { type: "message", role: "assistant", content: [part] };
  if (id !== undefined) message.id = id;
  if (status !== undefined) message.status = status;
  readMessage(message);
  return message;
}

function readMessage(item) {
  if (!isText(item.role)) item.role = "assistant";
  item.content = readParts(item.content, "output_text");
}

function readReasoning(item) {
  item.summary = readParts(item.summary, "summary_text");
  if ("content" in item) item.content = readParts(item.content, "reasoning_text");
}

function readShellCall({ action }) {
  if (isObject(action) && Array.isArray(action.commands)) {
    action.commands = action.commands.filter(isText);
  }
}

function readShellCallOutput(item) {
  item.output = asList(item.output).filter(isObject);
}

function readParts(value, kind) {
  const entries = Array.isArray(value) ? value : [value];
  return entries.map((entry) => asPart(entry, kind)).filter(Boolean);
}

const READERS = new Map([
  ["message", readMessage],
  ["reasoning", readReasoning],
  ["shell_call", readShellCall],
  ["shell_call_output", readShellCallOutput],
]);
