// Commands as a terminal shows them, each with its output and its exit code.
import { isOutcome } from "../../models/pairs.js";
import { asList, isObject, isText } from "../../models/shapes.js";
import { StepView } from "./step.js";

export class ShellView extends StepView {
  sections(item, { outcome }) {
    const commands = isOutcome(item) ? [] : commandsOf(item);
    const written = writtenBy(isOutcome(item) ? item : outcome);
    const count = Math.max(commands.length, written.length);
    const entries = Array.from({ length: count }, (_, at) => ({
      command: commands[at] ?? "",
      ...written[at],
    }));
    return entries.length ? [{ kind: "terminal", commands: entries }] : [];
  }
}

function commandsOf({ action }) {
  const { commands, command } = isObject(action) ? action : {};
  if (isText(commands)) return [commands];
  if (Array.isArray(commands)) return commands.filter(isText);
  const line = asList(command).filter(isText).join(" ");
  return line ? [line] : [];
}

function writtenBy(output) {
  if (!output) return [];
  if (isText(output.output)) return [{ stdout: output.output }];
  return asList(output.output)
    .filter(isObject)
    .map(({ stdout, stderr, outcome }) => ({ stdout, stderr, outcome: endOf(outcome) }));
}

function endOf(outcome) {
  if (!isObject(outcome)) return null;
  if (outcome.type === "timeout") return { name: "timedOut", values: {}, failed: true };
  const code = outcome.exit_code;
  return code == null ? null : { name: "exitCode", values: { code }, failed: code !== 0 };
}
