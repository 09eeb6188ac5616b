// The list of keys, made of the table when it is asked for.
import { message } from "../messages.js";
import { IN_WRITING, SHORTCUTS } from "../models/shortcuts.js";
import { part } from "./dom.js";
import { drawKey, keyboardLayout } from "./shortcuts.js";

/** @param {import("../models/shortcuts.js").Shortcuts} shortcuts the person's */
export async function showShortcuts(shortcuts) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("shortcuts-dialog"));
  if (dialog.open) return;
  draw(dialog, shortcuts);
  dialog.showModal();
  const layout = await keyboardLayout();
  if (layout) draw(dialog, shortcuts, layout);
}

function draw(dialog, shortcuts, layout) {
  part(dialog, "off").hidden = !shortcuts.off;
  const own = SHORTCUTS.map(({ id, says }) => ({ says, key: shortcuts.keyOf(id) }));
  part(dialog, "anywhere").replaceChildren(...rows(own.filter(({ key }) => key), layout));
  part(dialog, "anywhere").hidden = shortcuts.off;
  part(dialog, "writing").replaceChildren(...rows(IN_WRITING, layout));
}

const rows = (list, layout) =>
  list.map(({ says, key }) => {
    const [row, name, keys] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    name.textContent = message(says);
    keys.append(...drawKey(key, layout));
    row.append(name, keys);
    return row;
  });
