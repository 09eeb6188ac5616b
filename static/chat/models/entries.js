// What the items of an answer are shown as: most as themselves, a call with what came of it as one,
// and tools that were used one after the other as a single line once the text of the answer begins.
import { hasText } from "./items.js";
import { callsOf } from "./pairs.js";
import { resultImages } from "./images.js";

/**
 * @typedef {object} Entry
 * @property {number} index of its first item in the output
 * @property {object} item
 * @property {object | null} outcome what came of the call
 *
 * @typedef {object} Group
 * @property {number} index
 * @property {Entry[]} entries
 * @property {number} count of the tools that were used
 */

const USED = new Set([
  "apply_patch_call",
  "apply_patch_call_output",
  "code_interpreter_call",
  "computer_call",
  "computer_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "file_search_call",
  "function_call",
  "function_call_output",
  "local_shell_call",
  "local_shell_call_output",
  "mcp_call",
  "program",
  "program_output",
  "shell_call",
  "shell_call_output",
  "web_search_call",
]);
/** What prepares the use of tools, and is nothing that a reader would count. */
const PREPARING = new Set(["additional_tools", "mcp_list_tools", "tool_search_call", "tool_search_output"]);

/**
 * @param {object[]} items the output of a response
 * @returns {(Entry | Group)[]} in the order of their first items
 */
export function entriesOf(items) {
  const calls = callsOf(items);
  const outcomes = new Map([...calls].map(([output, call]) => [call, items[output]]));
  const entries = items.map((item, index) => ({
    index,
    item,
    outcome: outcomes.get(index) ?? null,
  }));
  const asked = new Set(items.filter(({ type }) => type === "mcp_approval_request").map(({ call_id: id }) => id));
  // What its person is asked about is not called yet: the question stands for it.
  const isAsked = ({ item, outcome }) => item.type === "function_call" && !outcome && asked.has(item.call_id);
  const shown = entries.filter((entry) => !calls.has(entry.index) && !isAsked(entry));
  const begun = shown.findLastIndex(({ item }) => hasText([item]));
  return [...grouped(shown.slice(0, Math.max(begun, 0))), ...shown.slice(Math.max(begun, 0))];
}

function grouped(entries) {
  const shown = [];
  for (let at = 0; at < entries.length; ) {
    const run = runFrom(entries, at);
    const count = run.filter(({ item }) => USED.has(item.type)).length;
    if (count > 1) shown.push({ index: run[0].index, entries: run, count });
    else shown.push(...(run.length ? run : [entries[at]]));
    at += run.length || 1;
  }
  return shown;
}

/** Tools in a row; what was thought between two of them belongs to the row. */
function runFrom(entries, start) {
  let end = start;
  for (let at = start; at < entries.length; at++) {
    if (isFolded(entries[at])) end = at + 1;
    else if (entries[at].item.type !== "reasoning" || end === start) break;
  }
  return entries.slice(start, end);
}

/** Pictures are what was asked for: they stay in sight. */
const isFolded = ({ item }) =>
  (USED.has(item.type) || PREPARING.has(item.type)) && !resultImages(item).length;
