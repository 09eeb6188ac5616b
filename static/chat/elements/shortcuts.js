// The keys of models/shortcuts.js, at work; and what is written on this person's keyboard.
import { capsOf } from "../models/shortcuts.js";

export const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

/**
 * @param {import("../models/shortcuts.js").Shortcuts} shortcuts
 * @param {Record<string, () => void>} commands by their ids
 */
export function listen(shortcuts, commands) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]"))
      return;
    const pressed = shortcuts.pressed(event, isMac);
    // With Alt alone one moves in a text, too.
    if (!pressed || (pressed.key.startsWith("alt+") && isWritten(event.target))) return;
    event.preventDefault();
    commands[pressed.id]();
  });
}

const isWritten = (target) => Boolean(target.closest("input, textarea, select")?.value);

/** @returns {Promise<Map<string, string> | undefined>} what is written on each key; not every browser tells */
export async function keyboardLayout() {
  try {
    return await navigator.keyboard?.getLayoutMap();
  } catch {
    return undefined; // forbidden in a frame: the signs of the United States are shown
  }
}

/** @param {string} key @param {Map<string, string>} [layout] @returns {(Node | string)[]} its caps */
export function drawKey(key, layout) {
  return capsOf(key, isMac, layout).flatMap((text, index) => {
    const cap = document.createElement("kbd");
    cap.textContent = text;
    return index ? [" ", cap] : [cap];
  });
}
