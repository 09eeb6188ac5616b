// Asking for the address of a page that is to go with a message.
import { onAction, part } from "./dom.js";

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** @returns {Promise<string>} "" when it was given up */
export function askForPage() {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("page-dialog"));
  const input = /** @type {HTMLInputElement} */ (part(dialog, "address"));
  input.value = dialog.returnValue = "";
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    const answer = () => resolve(dialog.returnValue === "attach" ? whole(input.value) : "");
    dialog.addEventListener("close", answer, { once: true });
  });
}

/** As people write it: without the scheme that every page has. */
function whole(address) {
  const trimmed = address.trim();
  return !trimmed || SCHEME.test(trimmed) ? trimmed : `https://${trimmed}`;
}

for (const dialog of document.querySelectorAll("#page-dialog"))
  onAction(dialog, "cancel", () => /** @type {HTMLDialogElement} */ (dialog).close());
