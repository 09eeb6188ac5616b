// Dialogs. <dialog> keeps the focus inside and gives it back.

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
