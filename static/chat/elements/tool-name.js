import { message, toolLabel } from "../messages.js";

/** @param {import("../models/approvals.js").Tool | null} tool @returns {string} as it is told */
export function toolName(tool) {
  if (!tool?.name) return message("someTool");
  if (!tool.server_label) return toolLabel(tool.name) ?? tool.name;
  return message("toolOf", { tool: tool.name, server: tool.server_label });
}
