// What each type of event does to a snapshot: one small function a kind, and the table of them.
// The server's twin is conversations/protocol/handlers.py.

import * as places from "./places.js";
import { ENDED, RUNNING, asError, isNothing, isObject, isText } from "./shapes.js";

const ENVELOPE = new Set(["response", "sequence_number", "stream_id", "type"]);

const started = (status) => (snapshot, event) => {
  const given = responseIn(event);
  snapshot.takeFields(given);
  // Never an end: some providers announce a response with the status it is to have.
  snapshot.begin(RUNNING.includes(given.status) ? given.status : status, given.output);
};

const ended = (status) => (snapshot, event) => {
  const given = responseIn(event);
  snapshot.takeFields(given);
  snapshot.takeOutput(given.output);
  const error = isNothing(given.error) ? event.error : given.error;
  const end = ENDED.includes(given.status) ? given.status : status;
  snapshot.end(end, isNothing(error) ? null : asError(error));
};

const error = (snapshot, event) => {
  snapshot.end("failed", asError(isNothing(event.error) ? event : event.error));
};

const delta = (place) => (snapshot, event) => {
  const piece = isText(event.delta) ? event.delta : textIn(event.delta);
  if (piece) snapshot.itemFor(event, place.item)?.append(place, event[place.index] ?? 0, piece);
};

const whole = (place) => (snapshot, event) => {
  const text = event[place.field];
  if (!isText(text) || !text) return;
  snapshot.itemFor(event, place.item)?.settle(place, event[place.index] ?? 0, text);
};

/** Parts say by their type whose they are; one without a type is of `kind`. */
const part = (index, kind) => (snapshot, event) => {
  const given = event.part;
  if (!isObject(given) && !isText(given)) return;
  const place = places.PLACES_OF_PARTS.get(given.type) ?? places.PLACES_OF_PARTS.get(kind);
  snapshot.itemFor(event, place.item)?.putPart(event[index] ?? 0, given, kind);
};

const annotation = (snapshot, event) => {
  const item = snapshot.itemFor(event, "message");
  item?.annotate(event.content_index ?? 0, event.annotation_index, event.annotation);
};

const status = (kind, value) => (snapshot, event) => {
  snapshot.itemFor(event, kind)?.set({ status: value });
};

/** Each partial image replaces the one before: they are large, and only the last is of use. */
const partialImage = (snapshot, event) => {
  const item = snapshot.itemFor(event, "image_generation_call");
  const pictures = ["partial_image_b64", "partial_image_id"];
  if (!item || !pictures.some((field) => isText(event[field]))) return;
  const fields = [...pictures, "partial_image_index", "output_format"];
  const known = fields.filter((field) => event[field] != null);
  item.set(Object.fromEntries(known.map((field) => [field, event[field]])));
};

const shellOutputDelta = (snapshot, event) => {
  for (const place of [places.STDOUT, places.STDERR]) {
    const text = isObject(event.delta) ? event.delta[place.field] : null;
    if (!isText(text) || !text) continue;
    snapshot.itemFor(event, place.item)?.append(place, event[place.index] ?? 0, text);
  }
};

const shellOutputDone = (snapshot, event) => {
  const item = snapshot.itemFor(event, places.STDOUT.item);
  item?.putShellOutput(event.command_index ?? 0, event.output);
};

const ignored = () => {};

function responseIn(event) {
  if (isObject(event.response)) return event.response;
  // Some send the response itself as the event.
  if (!Array.isArray(event.output)) return {};
  return Object.fromEntries(Object.entries(event).filter(([key]) => !ENVELOPE.has(key)));
}

/** Some providers wrap a piece of text in an object. */
function textIn(given) {
  return isObject(given) ? ([given.content, given.text].find(isText) ?? "") : "";
}

const statuses = (kind, ...values) =>
  values.map((value) => [`response.${kind}.${value}`, status(kind, value)]);

const text = (name, place) => [
  [`response.${name}.delta`, delta(place)],
  [`response.${name}.done`, whole(place)],
];

/** Every type that the API documents, and those of other dialects. Others change nothing. */
export const HANDLERS = new Map([
  ["error", error],
  ["response.audio.delta", ignored],
  ["response.audio.done", ignored],
  ["response.audio.transcript.delta", ignored],
  ["response.audio.transcript.done", ignored],
  ["response.cancelled", ended("cancelled")],
  ["response.compaction.compacting", status("compaction", "compacting")],
  ["response.completed", ended("completed")],
  ["response.content_part.added", part("content_index", "output_text")],
  ["response.content_part.done", part("content_index", "output_text")],
  ["response.created", started("in_progress")],
  ["response.delta", delta(places.TEXT)],
  ["response.done", ended("completed")],
  ["response.failed", ended("failed")],
  ["response.image_generation_call.partial_image", partialImage],
  ["response.in_progress", started("in_progress")],
  ["response.incomplete", ended("incomplete")],
  ["response.output_item.added", (snapshot, event) => snapshot.addItem(event)],
  ["response.output_item.done", (snapshot, event) => snapshot.finishItem(event)],
  ["response.output_text.annotation.added", annotation],
  ["response.queued", started("queued")],
  ["response.reasoning_summary_part.added", part("summary_index", "summary_text")],
  ["response.reasoning_summary_part.done", part("summary_index", "summary_text")],
  ["response.shell_call_command.added", whole(places.COMMAND)],
  ["response.shell_call_output_content.delta", shellOutputDelta],
  ["response.shell_call_output_content.done", shellOutputDone],
  ...statuses("code_interpreter_call", "in_progress", "interpreting", "completed"),
  ...statuses("file_search_call", "in_progress", "searching", "completed"),
  ...statuses("image_generation_call", "in_progress", "generating", "completed"),
  ...statuses("mcp_call", "in_progress", "completed", "failed"),
  ...statuses("mcp_list_tools", "in_progress", "completed", "failed"),
  ...statuses("web_search_call", "in_progress", "searching", "completed"),
  ...text("code_interpreter_call_code", places.CODE),
  ...text("custom_tool_call_input", places.INPUT),
  ...text("function_call_arguments", places.ARGUMENTS),
  ...text("mcp_call_arguments", places.MCP_ARGUMENTS),
  ...text("output_text", places.TEXT),
  ...text("reasoning", places.REASONING),
  ...text("reasoning_summary_text", places.SUMMARY),
  ...text("reasoning_text", places.REASONING),
  ...text("refusal", places.REFUSAL),
  ...text("shell_call_command", places.COMMAND),
]);
