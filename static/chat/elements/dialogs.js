// Dialogs. <dialog> keeps the focus inside and gives it back.

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
