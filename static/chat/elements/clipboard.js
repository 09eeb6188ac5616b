// Copying code, and saving it; copying comes with a word that it worked. Plain http has no clipboard API; there a selection serves.
import { message } from "../messages.js";
import { fileNameFor } from "../models/code-files.js";
import { announce } from "./announcer.js";
import { copyRich } from "./rich-copy.js";
import { save } from "./save.js";

const SHOWN = 1200;

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("The browser refused to copy.");
}

/** @param {HTMLElement} root its code blocks' buttons, and selections in it, copy from now on */
export function copyCode(root) {
  copyRich(root);
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-copy], [data-save]");
    const block = button?.closest(".code");
    if (!block) return;
    const text = block.querySelector("code").textContent;
    if (button.dataset.copy) copy(button, text);
    else save(fileNameFor(block.dataset.language), new Blob([text], { type: "text/plain" }));
  });
}

/** @param {HTMLElement} button shows that it worked @param {string} text */
export async function copy(button, text) {
  let name = "copied";
  try {
    await write(text);
  } catch {
    name = "copyFailed";
  }
  announce(message(name));
  button.dataset.state = name;
  setTimeout(() => delete button.dataset.state, SHOWN);
}
