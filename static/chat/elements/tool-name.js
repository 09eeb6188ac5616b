import { message } from "../messages.js";

/** @param {import("../models/approvals.js").Tool | null} tool @returns {string} as it is told */
export function toolName(tool) {
  if (!tool?.name) return message("someTool");
  return tool.server_label ? message("toolOf", { tool: tool.name, server: tool.server_label }) : tool.name;
}
