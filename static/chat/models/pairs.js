// Calls and what came of them are items of their own in the API, and one thing to a reader.
// The server's table of the same pairs is in conversations/protocol/replay.py.

/** The type of an output: the type of its call, the call's field and the output's that agree. */
const PAIRS = {
  function_call_output: ["function_call", "call_id", "call_id"],
  custom_tool_call_output: ["custom_tool_call", "call_id", "call_id"],
  shell_call_output: ["shell_call", "call_id", "call_id"],
  local_shell_call_output: ["local_shell_call", "call_id", "id"],
  apply_patch_call_output: ["apply_patch_call", "call_id", "call_id"],
  computer_call_output: ["computer_call", "call_id", "call_id"],
  tool_search_output: ["tool_search_call", "call_id", "call_id"],
  program_output: ["program", "call_id", "call_id"],
  mcp_approval_response: ["mcp_approval_request", "id", "approval_request_id"],
};

/**
 * @param {object[]} items the output of a response
 * @returns {Map<number, number>} index of each output whose call is here → index of that call
 */
export function callsOf(items) {
  const found = new Map();
  const answered = new Set();
  items.forEach((item, index) => {
    const [type, field, name] = PAIRS[item.type] ?? [];
    if (!type || !item[name]) return;
    const call = items.findIndex(
      (other, at) => other.type === type && other[field] === item[name] && !answered.has(at),
    );
    if (call < 0) return;
    answered.add(call);
    found.set(index, call);
  });
  return found;
}

/** @param {object} item @returns {boolean} whether it is what came of a call */
export const isOutcome = (item) => item.type in PAIRS;
