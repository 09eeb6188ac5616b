// The tools that may be used in the open conversation without being asked for, and how that ends.
import { clone, onAction, part } from "./dom.js";
import { toolName } from "./tool-name.js";

export class AllowedTools {
  /**
   * @param {HTMLElement} button there is one where there is anything to show
   * @param {HTMLDialogElement} dialog
   * @param {(tool: import("../models/approvals.js").Tool) => void} withdraw
   */
  constructor(button, dialog, withdraw) {
    Object.assign(this, { button, dialog, withdraw });
    button.addEventListener("click", () => dialog.showModal());
  }

  /** @param {{approvals?: import("../models/approvals.js").Tool[]} | null} summary of the open one */
  show(summary) {
    const tools = summary?.approvals ?? [];
    this.button.hidden = !tools.length;
    part(this.dialog, "tools").replaceChildren(...tools.map((tool) => this.#row(tool)));
    if (!tools.length && this.dialog.open) this.dialog.close();
  }

  #row(tool) {
    const row = clone("allowed-tool");
    const name = toolName(tool);
    part(row, "name").textContent = name;
    const button = row.querySelector("button");
    button.setAttribute("aria-label", `${button.textContent}: ${name}`);
    onAction(row, "withdraw", () => this.withdraw(tool));
    return row;
  }
}
