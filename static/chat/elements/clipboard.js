// Copying, with a word that it worked. Plain http has no clipboard API; there a selection serves.
import { message } from "../messages.js";
import { announce } from "./announcer.js";

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

/** @param {HTMLElement} root its code blocks' buttons copy from now on */
export function copyCode(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest('[data-copy="code"]');
    if (button) copy(button, button.closest(".code").querySelector("code").textContent);
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
