// Files dropped anywhere on the window, and pasted where nothing else takes them.
import { part } from "./dom.js";

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const isOpen = () => document.querySelector("dialog[open]") !== null;

/**
 * @param {HTMLElement} root has the overlay
 * @param {(files: File[]) => void} add
 */
export function takeDrops(root, add) {
  const overlay = part(root, "drop");
  let depth = 0; // entering a child comes before leaving its parent
  const show = (entered) => {
    depth = entered;
    overlay.hidden = depth <= 0 || isOpen();
  };
  addEventListener("dragenter", (event) => hasFiles(event) && show(depth + 1));
  addEventListener("dragleave", (event) => hasFiles(event) && show(depth - 1));
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // else the browser would leave the page for the file
    event.dataTransfer.dropEffect = isOpen() ? "none" : "copy";
  });
  addEventListener("drop", (event) => {
    show(0);
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (!isOpen()) add([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const elsewhere = !event.target.closest?.("input, textarea, dialog, [contenteditable]");
    const files = [...event.clipboardData.files];
    if (event.defaultPrevented || !elsewhere || !files.length) return;
    event.preventDefault();
    add(files);
  });
}
