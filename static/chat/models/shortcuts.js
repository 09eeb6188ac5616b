// The keys that work anywhere on the chat page: one table of what they do, and which was pressed.
//
// A key is written "mod+shift+KeyO", its modifiers in the order mod, alt, shift; mod is ⌘ on a Mac
// and Ctrl elsewhere. A letter is the one that is written on the key, everything else is a place on
// the keyboard (`event.code`): what stands there is another sign in each country.

/**
 * @typedef {object} Shortcut
 * @property {string} id kept with the person: it never changes
 * @property {string} key
 * @property {string} says the name of its sentence
 */

/** @type {readonly Shortcut[]} */
export const SHORTCUTS = [
  { id: "new-chat", key: "mod+shift+KeyO", says: "keyNewChat" },
  { id: "search", key: "mod+KeyK", says: "keySearch" },
  { id: "sidebar", key: "mod+shift+KeyS", says: "keySidebar" },
  { id: "write", key: "shift+Escape", says: "keyWrite" },
  { id: "dictate", key: "mod+shift+KeyL", says: "keyDictate" },
  { id: "model", key: "mod+shift+KeyM", says: "keyModel" },
  { id: "answer-settings", key: "mod+shift+KeyE", says: "keyAnswerSettings" },
  { id: "copy-answer", key: "mod+shift+KeyC", says: "keyCopyAnswer" },
  { id: "copy-code", key: "mod+shift+Semicolon", says: "keyCopyCode" },
  { id: "previous", key: "alt+ArrowUp", says: "keyPrevious" },
  { id: "next", key: "alt+ArrowDown", says: "keyNext" },
  { id: "map", key: "mod+shift+KeyY", says: "keyMap" },
  { id: "allow", key: "mod+alt+Enter", says: "keyAllow" },
  { id: "deny", key: "mod+alt+Backspace", says: "keyDeny" },
  { id: "temporary", key: "mod+shift+Quote", says: "keyTemporary" },
  { id: "delete", key: "mod+shift+Backspace", says: "keyDelete" },
  { id: "settings", key: "mod+Period", says: "keySettings" },
  { id: "shortcuts", key: "mod+Slash", says: "keyShortcuts" },
];

/** What is a key's own while one writes: it can't be another. */
export const IN_WRITING = [
  { key: "Enter", says: "keySend" },
  { key: "shift+Enter", says: "keyNewLine" },
  { key: "mod+Enter", says: "keySendEdited" },
  { key: "ArrowUp", says: "keyEditLast" },
  { key: "Escape", says: "keyStop" },
  { key: "mod+shift+KeyV", says: "keyPasteText" },
];

export class Shortcuts {
  /** @param {{off?: boolean, keys?: Record<string, string | null>}} chosen by the person; null is none */
  constructor(chosen) {
    this.take(chosen);
  }

  /** Another choice is made. @param {{off?: boolean, keys?: Record<string, string | null>}} chosen */
  take({ off = false, keys = {} } = {}) {
    const known = Object.entries(keys).filter(([id]) => SHORTCUTS.some((each) => each.id === id));
    this.off = off;
    this.keys = Object.fromEntries(known);
  }

  /** @param {string} id @returns {string | null} its key, unless it has none */
  keyOf(id) {
    if (Object.hasOwn(this.keys, id)) return this.keys[id];
    const { key } = SHORTCUTS.find((shortcut) => shortcut.id === id);
    // A key that somebody chose stays theirs, when a later version has a use for it.
    const isTaken = SHORTCUTS.some((other) => this.keys[other.id] === key);
    return isTaken ? null : key;
  }

  /** @param {string} key @returns {Shortcut | undefined} */
  by(key) {
    return SHORTCUTS.find(({ id }) => this.keyOf(id) === key);
  }

  /**
   * @param {KeyboardEvent} event @param {boolean} isMac
   * @returns {{id: string, key: string} | null} what was meant by it
   */
  pressed(event, isMac) {
    if (this.off) return null;
    for (const key of keysOf(event, isMac)) {
      const found = this.by(key);
      if (found) return { id: found.id, key };
    }
    return null;
  }
}

/** Signs by where they are on the keyboard of the United States, without Shift and with it. */
const SIGNS = new Map(
  Object.entries({
    Slash: "/?",
    Semicolon: ";:",
    Quote: "'\"",
    Period: ".>",
    Comma: ",<",
    BracketLeft: "[{",
    BracketRight: "]}",
    Backslash: "\\|",
    Backquote: "`~",
  }).flatMap(([code, [plain, shifted]]) => [
    [plain, { code, shift: false }],
    [shifted, { code, shift: true }],
  ]),
);
/** The browser makes the page larger and smaller with these, wherever they are. */
const ZOOM = ["+", "-", "=", "_"];
const MODIFIERS = ["Control", "Shift", "Alt", "Meta", "AltGraph", "Fn", "OS"];

/** @param {KeyboardEvent} event @returns {boolean} whether it only begins a combination */
export const isModifier = ({ key }) => MODIFIERS.includes(key);

/**
 * The names of what was pressed, the likeliest first: by its place, and by the sign that it gave.
 * @param {KeyboardEvent} event @param {boolean} isMac @returns {string[]}
 */
export function keysOf(event, isMac) {
  const { key, code, altKey: alt, shiftKey: shift } = event;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const isOther = isMac ? event.ctrlKey : event.metaKey;
  const writes = event.getModifierState?.("AltGraph"); // Ctrl and Alt to Windows, a sign to the person
  if (isOther || writes || !code || isModifier(event)) return [];
  if (mod && ZOOM.includes(key)) return [];
  if (/^[a-z]$/i.test(key)) return [nameOf({ mod, alt, shift }, `Key${key.toUpperCase()}`)];
  const sign = SIGNS.get(key);
  const bySign = sign ? [nameOf({ mod, alt, shift: sign.shift }, sign.code)] : [];
  if (sign && isFrenchM(code, key)) return [nameOf({ mod, alt, shift }, "Semicolon")];
  if (sign && /^Key/.test(code)) return bySign;
  return [...new Set([nameOf({ mod, alt, shift }, code), ...bySign])];
}

/** On a French keyboard M and the sign have changed places. */
const isFrenchM = (code, key) => code === "KeyM" && ",?".includes(key);

function nameOf({ mod, alt, shift }, code) {
  return [mod && "mod", alt && "alt", shift && "shift", code].filter(Boolean).join("+");
}

const CAPS = {
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Minus: "-",
  Equal: "=",
};

/**
 * @param {string} key
 * @param {boolean} isMac
 * @param {Pick<Map<string, string>, "get">} [layout] what is written on the keys, where the browser tells
 * @returns {string[]} what to show for it
 */
export function capsOf(key, isMac, layout = new Map()) {
  const shown = { mod: isMac ? "⌘" : "Ctrl", alt: isMac ? "⌥" : "Alt", shift: "Shift" };
  return key.split("+").map((each) => shown[each] ?? CAPS[each] ?? signOn(each, layout));
}

function signOn(code, layout) {
  if (/^Key[A-Z]$/.test(code)) return code.slice(3);
  const [us] = [...SIGNS].find(([, sign]) => sign.code === code) ?? [];
  if (!us) return code.replace(/^Digit/, "");
  const written = layout.get(code) ?? us;
  if (written === "m") return layout.get("KeyM") ?? us;
  return /^[a-z]$/.test(written) || ZOOM.includes(written) ? us : written.toUpperCase();
}
