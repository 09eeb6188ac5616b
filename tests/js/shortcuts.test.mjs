import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isBrowsers, refusal, usualKey, withKey } from "../../static/chat/models/shortcut-choice.js";
import { capsOf, IN_WRITING, keysOf, Shortcuts, SHORTCUTS } from "../../static/chat/models/shortcuts.js";

/** @param {string} held of c, s, a, m: Ctrl, Shift, Alt, Meta */
function press(held, code, key, { altGraph = false } = {}) {
  const [ctrlKey, shiftKey, altKey, metaKey] = [..."csam"].map((one) => held.includes(one));
  const getModifierState = (name) => name === "AltGraph" && altGraph;
  return { code, key, ctrlKey, shiftKey, altKey, metaKey, getModifierState };
}

const usual = new Shortcuts();
const does = (event, shortcuts = usual, isMac = false) =>
  shortcuts.pressed(event, isMac)?.id ?? null;

test("the keys that can be had are the same here and at the server", () => {
  const { codes, free } = JSON.parse(readFileSync("tests/js/free-keys.json", "utf8"));
  const none = new Shortcuts({ keys: Object.fromEntries(SHORTCUTS.map(({ id }) => [id, null])) });
  for (const [held, expected] of Object.entries(free))
    assert.deepEqual(codes.filter((code) => !refusal([held + code], "map", none)), expected, held);
});

test("every convention has its key", () => {
  for (const [event, id] of [
    [press("cs", "KeyO", "O"), "new-chat"],
    [press("c", "KeyK", "k"), "search"],
    [press("cs", "KeyS", "S"), "sidebar"],
    [press("s", "Escape", "Escape"), "write"],
    [press("c", "Slash", "/"), "shortcuts"],
    [press("c", "Period", "."), "settings"],
    [press("cs", "KeyC", "C"), "copy-answer"],
    [press("cs", "Semicolon", ":"), "copy-code"],
    [press("cs", "KeyM", "M"), "model"],
    [press("cs", "Quote", '"'), "temporary"],
    [press("cs", "Backspace", "Backspace"), "delete"],
    [press("cs", "KeyL", "L"), "dictate"],
    [press("a", "ArrowUp", "ArrowUp"), "previous"],
  ])
    assert.equal(does(event), id);
});

test("nothing happens without a modifier, with more of them, or with the other one", () => {
  for (const event of [
    press("", "KeyO", "o"),
    press("s", "KeyO", "O"),
    press("csa", "KeyO", "O"),
    press("csm", "KeyO", "O"),
    press("ms", "KeyO", "O"),
    press("cs", "ControlLeft", "Control"),
    press("cs", "", "O"), // what a program types
  ])
    assert.equal(does(event), null);
});

test("on a Mac it is the command key, and Ctrl stays what it is in a text", () => {
  assert.equal(does(press("m", "KeyK", "k"), usual, true), "search");
  assert.equal(does(press("c", "KeyK", "k"), usual, true), null);
});

test("AltGr writes a sign and is no Ctrl with Alt", () => {
  const chosen = withKey(usual, "map", "mod+alt+KeyQ");
  assert.equal(does(press("ca", "KeyQ", "q"), chosen), "map");
  assert.equal(does(press("ca", "KeyQ", "@", { altGraph: true }), chosen), null);
});

test("on a German keyboard signs are where they would be, or what is written there", () => {
  assert.equal(does(press("cs", "Quote", "Ä")), "temporary");
  assert.equal(does(press("cs", "Semicolon", "Ö")), "copy-code");
  assert.equal(does(press("c", "Period", ".")), "settings");
  assert.equal(does(press("cs", "Digit7", "/")), "shortcuts");
  const zed = withKey(usual, "map", "mod+shift+KeyZ");
  assert.equal(does(press("cs", "KeyY", "Z"), zed), "map", "a letter is the one that is written");
});

test("the browser's zoom is left alone, wherever its signs are", () => {
  assert.equal(does(press("c", "Slash", "-")), null);
  assert.equal(does(press("c", "BracketRight", "+")), null);
});

test("on a French keyboard letters go by what is written, and the sign that M left has its place", () => {
  assert.equal(does(press("cs", "Semicolon", "M")), "model");
  assert.equal(does(press("cs", "KeyM", "?")), "copy-code");
  assert.equal(does(press("cs", "Quote", "%")), "temporary");
  assert.equal(does(press("c", "Period", ":")), "settings");
  assert.equal(does(press("cs", "Period", "/")), "shortcuts");
});

test("with other scripts and input methods letters go by their place", () => {
  assert.equal(does(press("c", "KeyK", "л")), "search");
  assert.equal(does(press("cs", "KeyO", "Щ")), "new-chat");
  assert.equal(does(press("cs", "Semicolon", "：")), "copy-code");
  assert.equal(does(press("cs", "Quote", "Process")), "temporary");
});

test("on a Dvorak keyboard signs are where they are written", () => {
  assert.equal(does(press("cs", "KeyQ", '"')), "temporary");
  assert.equal(does(press("cs", "KeyZ", ":")), "copy-code");
  assert.equal(does(press("cs", "Semicolon", "S")), "sidebar");
});

test("no usual key is one that the browser keeps, needs no modifier, or is used twice", () => {
  for (const { id, key } of SHORTCUTS) assert.equal(refusal([key], id, usual), null, key);
  assert.equal(new Set(SHORTCUTS.map(({ key }) => key)).size, SHORTCUTS.length);
  for (const { key } of IN_WRITING) assert.notEqual(refusal([key], "map", usual), null, key);
});

test("keys that the browser keeps are refused", () => {
  const kept = [
    ..."RTWNLDPF".split("").map((letter) => `mod+Key${letter}`),
    ..."TNW".split("").map((letter) => `mod+shift+Key${letter}`),
    ...["F5", "F11", "F12", "shift+F5", "Tab", "mod+Tab", "Enter", "alt+ArrowLeft", "mod+Digit3"],
  ];
  for (const key of kept) {
    assert.ok(isBrowsers(key), key);
    assert.deepEqual(refusal([key], "map", usual), { name: "keyOfBrowser" });
  }
  assert.deepEqual(refusal(keysOf(press("c", "Slash", "-"), false), "map", usual), {
    name: "keyOfBrowser",
  });
});

test("a key that writes is refused", () => {
  for (const key of ["KeyJ", "shift+KeyJ", "Digit1", "alt+KeyJ", "Slash", "Backspace", "ArrowUp"])
    assert.deepEqual(refusal([key], "map", usual), { name: "keyNeedsMod" }, key);
  assert.equal(refusal(["F2"], "map", usual), null);
});

test("a key is refused by what has it, on any keyboard on which it is that one", () => {
  const taken = { name: "keyTaken", by: "keySearch" };
  assert.deepEqual(refusal(["mod+KeyK"], "map", usual), taken);
  assert.equal(refusal(["mod+KeyK"], "search", usual), null);
  const german = keysOf(press("cs", "Digit7", "/"), false);
  assert.deepEqual(refusal(german, "map", usual), { name: "keyTaken", by: "keyShortcuts" });
  const moved = withKey(usual, "search", "mod+shift+KeyF");
  assert.equal(refusal(["mod+KeyK"], "map", moved), null);
});

test("a key is changed, switched off and put back, and only what is other is kept", () => {
  const changed = withKey(usual, "search", "mod+shift+KeyF");
  assert.equal(does(press("cs", "KeyF", "F"), changed), "search");
  assert.equal(does(press("c", "KeyK", "k"), changed), null);
  const none = withKey(changed, "search", null);
  assert.equal(none.keyOf("search"), null);
  assert.deepEqual(none.keys, { search: null });
  assert.deepEqual(withKey(none, "search", usualKey("search")).keys, {});
});

test("all are switched off at once, and are the same afterwards", () => {
  const off = new Shortcuts({ off: true, keys: { map: "mod+KeyB" } });
  assert.equal(does(press("c", "KeyB", "b"), off), null);
  assert.equal(off.keyOf("map"), "mod+KeyB");
});

test("a key that somebody chose stays theirs when it becomes another's, and what is gone is forgotten", () => {
  const chosen = new Shortcuts({ keys: { map: "mod+KeyK", gone: "mod+KeyB" } });
  assert.equal(does(press("c", "KeyK", "k"), chosen), "map");
  assert.equal(chosen.keyOf("search"), null);
  assert.deepEqual(chosen.keys, { map: "mod+KeyK" });
});

test("keys are shown as they are called here", () => {
  assert.deepEqual(capsOf("mod+shift+KeyO", false), ["Ctrl", "Shift", "O"]);
  assert.deepEqual(capsOf("mod+Period", true), ["⌘", "."]);
  assert.deepEqual(capsOf("alt+ArrowUp", true), ["⌥", "↑"]);
  const german = new Map([["Semicolon", "ö"], ["Slash", "-"], ["KeyM", "m"]]);
  assert.deepEqual(capsOf("mod+shift+Semicolon", false, german), ["Ctrl", "Shift", "Ö"]);
  assert.deepEqual(capsOf("mod+Slash", false, german), ["Ctrl", "/"]);
  const french = new Map([["Semicolon", "m"], ["KeyM", ","]]);
  assert.deepEqual(capsOf("mod+shift+Semicolon", false, french), ["Ctrl", "Shift", ","]);
});

test("every key of the table has its sentence", () => {
  const messages = readFileSync("templates/conversations/messages.html", "utf8");
  for (const { says } of [...SHORTCUTS, ...IN_WRITING, { says: "keyOfBrowser" }, { says: "keyNeedsMod" }, { says: "keyTaken" }])
    assert.ok(messages.includes(`data-name="${says}"`), says);
});
