// Asking what a branch is to be called, and whether it is to go.
import { message } from "../messages.js";
import { onAction, part } from "./dom.js";

/** @param {string} name so far @returns {Promise<string | null>} null: it stays */
export async function askForName(name) {
  const dialog = dialogOf("branch-name-dialog");
  const input = /** @type {HTMLInputElement} */ (part(dialog, "name"));
  input.value = name;
  const answered = answerOf(dialog);
  input.select();
  return (await answered) === "save" ? input.value.trim() : null;
}

/**
 * @param {string} question that the branch begins with
 * @param {{messages: number, ends: number}} extent
 * @returns {Promise<boolean>}
 */
export async function askToDeleteBranch(question, { messages, ends }) {
  const dialog = dialogOf("delete-branch-dialog");
  part(dialog, "question").textContent = question;
  const below = messages - 1;
  const name = below ? (ends > 1 ? "branchAndEnds" : "branchAndBelow") : "branchAlone";
  part(dialog, "extent").textContent = message(name, { below, ends });
  return (await answerOf(dialog)) === "delete";
}

/** @returns {Promise<string>} the value of the button that closed it, or "" */
function answerOf(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

const dialogOf = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));

for (const dialog of document.querySelectorAll("#branch-name-dialog"))
  onAction(dialog, "cancel", () => /** @type {HTMLDialogElement} */ (dialog).close());
