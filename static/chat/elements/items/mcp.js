// Tools of other servers: which there are, and calls of them with their result or their error.
import { asList, isObject, isText } from "../../models/shapes.js";
import { writtenSections } from "../../models/written.js";
import { StepView } from "./step.js";

export class McpCallView extends StepView {
  sections(item) {
    return [
      ...writtenSections("sectionInput", item.arguments, item.status !== "in_progress"),
      ...writtenSections("sectionOutput", item.output),
      ...writtenSections("sectionError", errorText(item.error)),
    ];
  }
}

/** Errors are a text, or an object with a message, or with content as a tool gave it. */
function errorText(error) {
  if (!isObject(error)) return error;
  if (isText(error.message)) return [error.message, error.code].filter((part) => part != null).join(" · ");
  return error.content ?? error;
}

/** Any list of tools that the model was given or found. */
export class ToolsView extends StepView {
  sections(item, { outcome }) {
    const tools = asList(outcome?.tools ?? item.tools).filter(isObject);
    return [
      ...writtenSections("sectionInput", item.arguments),
      tools.length && { kind: "list", label: "sectionTools", entries: tools.map(entry) },
      ...writtenSections("sectionError", errorText(item.error)),
    ];
  }
}

const entry = ({ name, server_label: server, type, description }) => ({
  title: name ?? server ?? type ?? "",
  text: isText(description) ? description : "",
});
