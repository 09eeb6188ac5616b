// The person's keys on the page of settings: each chosen by pressing it, or switched off; every
// change is kept at once.
import { message } from "../messages.js";
import { refusal, usualKey, withKey } from "../models/shortcut-choice.js";
import { capsOf, isModifier, keysOf, Shortcuts, SHORTCUTS } from "../models/shortcuts.js";
import { clone, part, setText } from "./dom.js";
import { drawKey, isMac, keyboardLayout } from "./shortcuts.js";

export class ShortcutEditor {
  /**
   * @param {HTMLElement} root
   * @param {Shortcuts} shortcuts
   * @param {(chosen: {off: boolean, keys: object}) => Promise<unknown>} save
   */
  constructor(root, shortcuts, save) {
    Object.assign(this, { root, shortcuts, save });
    this.listening = /** @type {string | null} */ (null); // what a key is chosen for
    this.saved = Promise.resolve();
    this.rows = new Map(SHORTCUTS.map((shortcut) => [shortcut.id, this.#row(shortcut)]));
    part(root, "list").append(...this.rows.values());
    part(root, "all").addEventListener("click", () => this.#switch());
    part(root, "reset-all").addEventListener("click", () => this.#resetAll());
    this.#draw();
    keyboardLayout().then((layout) => {
      this.layout = layout;
      this.#draw();
    });
  }

  /** They were changed on another page. @param {{off: boolean, keys: object}} chosen */
  take(chosen) {
    this.shortcuts = new Shortcuts(chosen);
    this.#draw();
  }

  #row({ id, says }) {
    const row = clone("shortcut-row");
    setText(part(row, "name"), message(says));
    const name = message(says);
    part(row, "reset").setAttribute("aria-label", message("keyReset", { name }));
    part(row, "off").setAttribute("aria-label", message("keyOff", { name }));
    const key = part(row, "key");
    key.addEventListener("click", () => this.#listen(this.listening === id ? null : id));
    key.addEventListener("keydown", (event) => this.#pressed(event, id));
    key.addEventListener("blur", () => this.listening === id && this.#listen(null));
    part(row, "reset").addEventListener("click", () => this.#reset(id));
    part(row, "off").addEventListener("click", () => this.#change(withKey(this.shortcuts, id, null), id));
    return row;
  }

  #listen(id) {
    this.listening = id;
    for (const row of this.rows.values()) this.#refuse(row, null);
    this.#draw();
    if (id) this.#say(message("keyPress"));
  }

  #pressed(event, id) {
    if (this.listening !== id || event.isComposing || isModifier(event)) return;
    const isBare = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Tab" && isBare) return; // goes on, as everywhere
    event.preventDefault();
    if (event.repeat) return; // of the Enter that chose it
    if (event.key === "Escape" && isBare && !event.shiftKey) return this.#listen(null);
    const keys = keysOf(event, isMac);
    const refused = refusal(keys, id, this.shortcuts);
    if (refused) return this.#refuse(this.rows.get(id), refused);
    this.listening = null;
    this.#change(withKey(this.shortcuts, id, keys[0]), id);
  }

  #reset(id) {
    const refused = refusal([usualKey(id)], id, this.shortcuts);
    if (refused) return this.#refuse(this.rows.get(id), refused);
    this.#change(withKey(this.shortcuts, id, usualKey(id)), id);
  }

  #resetAll() {
    this.#change(new Shortcuts());
    this.#say(message("keysReset"));
  }

  #switch() {
    const { off, keys } = this.shortcuts;
    this.#change(new Shortcuts({ off: !off, keys }));
  }

  /** What can't be kept is taken back, unless there was another change meanwhile. */
  #change(shortcuts, id) {
    const before = this.shortcuts;
    this.shortcuts = shortcuts;
    for (const row of this.rows.values()) this.#refuse(row, null);
    this.#draw();
    if (id) this.#changed(id);
    part(this.root, "failed").hidden = true;
    const { off, keys } = shortcuts;
    this.saved = this.saved.then(() => this.save({ off, keys })).catch(() => {
      if (this.shortcuts === shortcuts) this.shortcuts = before;
      this.#draw();
      setText(part(this.root, "failed"), message("notDone"));
      part(this.root, "failed").hidden = false;
    });
  }

  /** Its buttons may be others now. */
  #changed(id) {
    const row = this.rows.get(id);
    if (document.activeElement === document.body || row.contains(document.activeElement))
      part(row, "key").focus();
    this.#say(this.#label(id));
  }

  #refuse(row, refused) {
    const error = part(row, "error");
    error.hidden = !refused;
    const name = refused?.by ? message(refused.by) : "";
    setText(error, refused ? message(refused.name, { name, mod: isMac ? "⌘" : "Ctrl" }) : "");
  }

  #draw() {
    const { off } = this.shortcuts;
    part(this.root, "all").setAttribute("aria-checked", String(!off));
    part(this.root, "list").toggleAttribute("data-off", off);
    for (const id of this.rows.keys()) this.#drawRow(id);
  }

  #drawRow(id) {
    const row = this.rows.get(id);
    const key = this.shortcuts.keyOf(id);
    const button = part(row, "key");
    const isListening = this.listening === id;
    button.toggleAttribute("data-listening", isListening);
    button.setAttribute("aria-label", isListening ? message("keyPress") : this.#label(id));
    if (isListening) button.replaceChildren(message("keyPress"));
    else button.replaceChildren(...(key ? drawKey(key, this.layout) : [message("keyNone")]));
    part(row, "off").hidden = !key;
    part(row, "reset").hidden = key === usualKey(id);
  }

  #label(id) {
    const name = message(SHORTCUTS.find((shortcut) => shortcut.id === id).says);
    const key = this.shortcuts.keyOf(id);
    const keys = key ? capsOf(key, isMac, this.layout).join(" ") : message("keyNone");
    return message("keyIs", { name, keys });
  }

  #say(text) {
    setText(part(this.root, "said"), text);
  }
}
