// The two dialogs. <dialog> keeps the focus inside and gives it back.
import { part } from "./dom.js";

/** @param {string} title of the conversation @returns {Promise<boolean>} whether to delete it */
export function askToDelete(title) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("delete-dialog"));
  part(dialog, "title").textContent = title;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "delete"), {
      once: true,
    });
  });
}

export function showShortcuts() {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("shortcuts-dialog"));
  const mod = /Mac|iP(hone|ad)/.test(navigator.platform) ? "⌘" : "Ctrl";
  dialog.querySelectorAll("kbd[data-mod]").forEach((key) => (key.textContent = mod));
  if (!dialog.open) dialog.showModal();
}

/** A press on the backdrop closes, as people expect. */
export function closeOnBackdrop() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener(
      "click",
      (event) => event.target === dialog && outside(dialog, event) && dialog.close(),
    );
  }
}

function outside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
