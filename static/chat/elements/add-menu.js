// What the + at a message offers: files and pictures, chosen from the device, and pages of the web.
import { Menu } from "./menu.js";
import { onAction, part } from "./dom.js";
import { askForPage } from "./page-dialog.js";

/**
 * @param {HTMLElement} root
 * @param {(files: File[]) => void} add
 * @param {(address: string) => void} read
 */
export function addMenu(root, add, read) {
  new Menu(part(root, "add"), part(root, "add-list"));
  for (const kind of ["files", "pictures"]) {
    const input = /** @type {HTMLInputElement} */ (part(root, `choose-${kind}`));
    onAction(root, `choose-${kind}`, () => input.click());
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = ""; // the same file can be chosen again
    });
  }
  onAction(root, "choose-page", async () => {
    const address = await askForPage();
    if (address) read(address);
  });
}
