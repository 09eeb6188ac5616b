// Which view shows which type of output item. Types are the API's own; those that are missing here
// get a neutral card with their JSON (tests/rules/test_item_views.py names them).
import { ApprovalView } from "./approval.js";
import { CodeInterpreterView, ProgramView } from "./code.js";
import { CompactionView } from "./compaction.js";
import { ComputerView } from "./computer.js";
import { CallView } from "./functions.js";
import { ImageView } from "./image.js";
import { McpCallView, ToolsView } from "./mcp.js";
import { MessageView } from "./message.js";
import { NeutralView } from "./neutral.js";
import { PatchView } from "./patch.js";
import { ReasoningView } from "./reasoning.js";
import { FileSearchView, WebSearchView } from "./searches.js";
import { ShellView } from "./shell.js";

const VIEWS = {
  additional_tools: ToolsView,
  apply_patch_call: PatchView,
  apply_patch_call_output: PatchView,
  code_interpreter_call: CodeInterpreterView,
  compaction: CompactionView,
  computer_call: ComputerView,
  computer_call_output: ComputerView,
  custom_tool_call: CallView,
  custom_tool_call_output: CallView,
  file_search_call: FileSearchView,
  function_call: CallView,
  function_call_output: CallView,
  image_generation_call: ImageView,
  local_shell_call: ShellView,
  local_shell_call_output: ShellView,
  mcp_approval_request: ApprovalView,
  mcp_approval_response: ApprovalView,
  mcp_call: McpCallView,
  mcp_list_tools: ToolsView,
  message: MessageView,
  program: ProgramView,
  program_output: ProgramView,
  reasoning: ReasoningView,
  shell_call: ShellView,
  shell_call_output: ShellView,
  tool_search_call: ToolsView,
  tool_search_output: ToolsView,
  web_search_call: WebSearchView,
};

/** @param {object} item @returns the class of view that shows it */
export const viewFor = (item) =>
  Object.hasOwn(VIEWS, item.type ?? "") ? VIEWS[item.type] : NeutralView;
