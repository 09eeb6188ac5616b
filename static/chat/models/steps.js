// What a tool is doing, or has done, in the name of a sentence: for its card, and while it runs for
// the line below the answer. Nothing in an item can be trusted to be there.
import { safeLink } from "./links.js";
import { isOutcome } from "./pairs.js";
import { asList, isObject, isText } from "./shapes.js";

/**
 * @typedef {{name: string, values: Record<string, string | number>, tool?: string}} Sentence a `tool`
 *   that is one of the server's own is named instead
 * @typedef {object} Step
 * @property {Sentence} doing
 * @property {Sentence} done
 * @property {string} icon
 */

const ENDED = new Set(["completed", "incomplete", "failed"]);
const LONGEST = 120;

const sentence = (name, values = {}) => ({ name, values });
const step = (icon, doing, done, values = {}) => ({
  icon,
  doing: sentence(doing, values),
  done: sentence(done, values),
});
const brief = (text) => {
  const line = isText(text) ? text.trim().replace(/\s+/g, " ") : "";
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};

function webSearch({ action }) {
  const { type, url, pattern, query, queries } = isObject(action) ? action : {};
  const host = (isText(url) && safeLink(url)?.host) || "";
  if (type === "open_page" && host) return step("web", "openingPage", "openedPage", { host });
  if (type === "find_in_page" && host)
    return step("web", "findingInPage", "foundInPage", { host, pattern: brief(pattern) });
  const words = brief(query) || brief(asList(queries).filter(isText).join(" · "));
  return words
    ? step("web", "searchingWebFor", "searchedWebFor", { query: words })
    : step("web", "searchingWeb", "searchedWeb");
}

function fileSearch({ queries }) {
  const query = brief(asList(queries).filter(isText).join(" · "));
  return query
    ? step("file", "searchingFilesFor", "searchedFilesFor", { query })
    : step("file", "readingFiles", "readFiles");
}

function codeInterpreter({ status }) {
  return step("code", status === "interpreting" ? "runningCode" : "writingCode", "ranCode");
}

/** The name by which a tool of an MCP server is called from here: conversations/protocol/mcp.py. */
const OF_A_SERVER = /^mcp__([a-z0-9]+(?:[-_][a-z0-9]+)*)__(.+)$/;

function called({ name, namespace }) {
  const full = [brief(namespace), brief(name)].filter(Boolean).join(".");
  const [, server, mcpTool] = OF_A_SERVER.exec(full) ?? [];
  if (server) return mcpCall({ name: mcpTool, server_label: server });
  if (!full) return step("tool", "callingTool", "calledTool");
  const made = step("tool", "calling", "called", { name: full });
  const tool = brief(namespace) ? undefined : full;
  return { ...made, doing: { ...made.doing, tool }, done: { ...made.done, tool } };
}

function mcpCall({ name, server_label: server }) {
  return step("tool", "usingServer", "usedServer", { name: brief(name), server: brief(server) });
}

function mcpTools({ server_label: server, tools }) {
  const values = { server: brief(server), count: asList(tools).length };
  return step("tool", "listingTools", "listedTools", values);
}

function shell({ action }) {
  const { command, commands } = isObject(action) ? action : {};
  const lines = isText(commands) ? [commands] : asList(commands).filter(isText);
  const line = brief(lines[0] ?? asList(command).filter(isText).join(" "));
  if (lines.length > 1) return step("terminal", "runningCommands", "ranCommands", { count: lines.length });
  return line
    ? step("terminal", "runningCommandNamed", "ranCommandNamed", { command: line })
    : step("terminal", "runningCommand", "ranCommand");
}

const PATCHES = {
  create_file: ["creatingFile", "createdFile"],
  delete_file: ["deletingFile", "deletedFile"],
  update_file: ["changingFile", "changedFile"],
};

function patch({ operation }) {
  const { type, path } = isObject(operation) ? operation : {};
  const [doing, done] = PATCHES[type] ?? ["changingFiles", "changedFiles"];
  return step("patch", doing, done, { path: brief(path) });
}

function computer({ action, actions }) {
  const count = asList(actions).length || (isObject(action) ? 1 : 0);
  return step("computer", "usingComputer", "usedComputer", { count });
}

const fixed =
  (...words) =>
  () =>
    step(...words);

const STEPS = {
  additional_tools: ({ tools }) =>
    step("tool", "addedTools", "addedTools", { count: asList(tools).length }),
  apply_patch_call: patch,
  apply_patch_call_output: fixed("patch", "changingFiles", "changedFiles"),
  code_interpreter_call: codeInterpreter,
  compaction: fixed("compaction", "compacting", "compacted"),
  computer_call: computer,
  computer_call_output: fixed("computer", "seeingComputer", "sawComputer"),
  custom_tool_call: called,
  custom_tool_call_output: fixed("tool", "callingTool", "toolResult"),
  file_search_call: fileSearch,
  function_call: called,
  function_call_output: ({ name }) =>
    name ? called({ name }) : step("tool", "callingTool", "toolResult"),
  image_generation_call: fixed("image", "drawing", "drew"),
  local_shell_call: shell,
  local_shell_call_output: fixed("terminal", "runningCommand", "commandResult"),
  mcp_call: mcpCall,
  mcp_list_tools: mcpTools,
  program: fixed("code", "runningProgram", "ranProgram"),
  program_output: fixed("code", "runningProgram", "programResult"),
  shell_call: shell,
  shell_call_output: fixed("terminal", "runningCommand", "commandResult"),
  tool_search_call: fixed("tool", "searchingTools", "searchedTools"),
  tool_search_output: ({ tools }) =>
    step("tool", "searchingTools", "foundTools", { count: asList(tools).length }),
  web_search_call: webSearch,
};

/** @param {object} item @returns {Step | null} null for what is no step */
export const stepOf = (item) =>
  Object.hasOwn(STEPS, item.type ?? "") ? STEPS[item.type](item) : null;

/** @param {object} item @param {object | null} outcome @returns {"running" | "done" | "failed" | "incomplete"} */
export function stateOf(item, outcome = null) {
  if (item.error || item.status === "failed" || outcome?.status === "failed") return "failed";
  if (tellsOfError(outcome ?? item)) return "failed";
  if (item.status === "incomplete" || outcome?.status === "incomplete") return "incomplete";
  const status = outcome?.status ?? item.status;
  return status == null || ENDED.has(status) ? "done" : "running";
}

/** Our own functions say so in what the model is told of them. */
const tellsOfError = ({ type, status, output }) =>
  type === "function_call_output" &&
  status === "completed" &&
  isText(output) &&
  output.startsWith('{"error": ');

/**
 * @param {object[]} output of a response that is being made
 * @returns {Sentence | null} what its newest tool does just now
 */
export function phaseOf(output) {
  const item = (output ?? []).findLast((one) => stepOf(one) && stateOf(one) === "running");
  if (!item) return null;
  if (!isOutcome(item)) return stepOf(item).doing;
  const id = item.call_id ?? item.id;
  const call = output.findLast((other) => id && other.call_id === id && !isOutcome(other));
  return stepOf(call ?? item)?.doing ?? stepOf(item).doing;
}
