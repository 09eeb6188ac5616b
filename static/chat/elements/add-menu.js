// What the + at a message offers: files and pictures, chosen from the device.
import { Menu } from "./menu.js";
import { onAction, part } from "./dom.js";

/** @param {HTMLElement} root @param {(files: File[]) => void} add */
export function addMenu(root, add) {
  new Menu(part(root, "add"), part(root, "add-list"));
  for (const kind of ["files", "pictures"]) {
    const input = /** @type {HTMLInputElement} */ (part(root, `choose-${kind}`));
    onAction(root, `choose-${kind}`, () => input.click());
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = ""; // the same file can be chosen again
    });
  }
}
