// Which keys a person may give to what: not those that the browser or writing needs, and each once.
import { Shortcuts, SHORTCUTS } from "./shortcuts.js";

const each = (held, codes) => codes.split(" ").map((code) => `${held}${code}`);
const letters = (held, all) => [...all].map((letter) => `${held}Key${letter}`);
const digits = "Digit0 Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9";

/** What browsers and systems do by these, people need; some of them no page is even told of. */
const BROWSERS = new Set([
  ...letters("mod+", "ACDFGHJLMNOPQRSTUVWXYZ"),
  ...letters("mod+shift+", "ABDGHIJNPQRTVWZ"),
  ...letters("mod+alt+", "CFHIJLRSU"),
  ...each("mod+", digits),
  ...each("mod+", "Comma BracketLeft BracketRight Backquote Backspace Delete Escape F4 Minus Equal"),
  ...each("mod+shift+", "Backquote Delete Escape Minus Equal"),
  ...each("mod+", "ArrowUp ArrowDown"),
  ...each("mod+shift+", "ArrowUp ArrowDown"),
  ...each("mod+alt+", "ArrowUp ArrowDown Escape Delete"),
  ...each("alt+", "F4 F8"),
]);

/** Whatever is held with them. */
const NEVER =
  /\+?(Tab|(?<!mod\+alt\+)Enter|NumpadEnter|Space|F1|F3|F5|F6|F7|F10|F11|F12|Home|End|Page(Up|Down)|Arrow(Left|Right)|Insert|ContextMenu|PrintScreen|Pause|\w*Lock|Lang\d|Convert|NonConvert|KanaMode)$/;

/** Without Mod only what gives no sign where one writes. */
const GIVES_NO_SIGN = /^(alt\+)?(shift\+)?F\d+$|^shift\+Escape$|^alt\+(shift\+)?Arrow(Up|Down)$/;

/** @param {string} key @returns {boolean} whether the browser, the system or a form needs it */
export const isBrowsers = (key) => BROWSERS.has(key) || NEVER.test(key);

/**
 * @param {string[]} keys the names of what was pressed, see `keysOf`; of none that the browser's
 *   zoom is meant, or a key of the system
 * @param {string} id for what it is to be
 * @param {Shortcuts} shortcuts as they are
 * @returns {{name: string, by?: string} | null} the names of a sentence and of what has the key;
 *   null for a key that may be had
 */
export function refusal(keys, id, shortcuts) {
  const [key] = keys;
  if (!key || isBrowsers(key)) return { name: "keyOfBrowser" };
  if (!key.startsWith("mod+") && !GIVES_NO_SIGN.test(key)) return { name: "keyNeedsMod" };
  const other = keys.map((each) => shortcuts.by(each)).find((found) => found && found.id !== id);
  return other ? { name: "keyTaken", by: other.says } : null;
}

/**
 * @param {Shortcuts} shortcuts as they are
 * @param {string} id
 * @param {string | null} key null for none
 * @returns {Shortcuts} with that change; what is as usual is not kept
 */
export function withKey(shortcuts, id, key) {
  const keys = { ...shortcuts.keys };
  delete keys[id];
  if (key !== usualKey(id)) keys[id] = key;
  return new Shortcuts({ off: shortcuts.off, keys });
}

/** @param {string} id @returns {string} the key that it has unless the person chose another */
export const usualKey = (id) => SHORTCUTS.find((shortcut) => shortcut.id === id).key;
