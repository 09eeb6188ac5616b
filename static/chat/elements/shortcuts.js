// Keys that work anywhere on the page. None that the browser needs for itself.

/** @param {Record<string, () => void>} commands by the combination's name, as `combination` writes it */
export function listen(commands) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]"))
      return;
    const command = commands[combination(event)];
    if (!command) return;
    event.preventDefault();
    command();
  });
}

function combination({ key, code, ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey && key.length === 1) return ""; // AltGr writes letters
  const letter = /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key;
  const held = [
    (ctrlKey || metaKey) && "mod",
    altKey && "alt",
    shiftKey && key.length > 1 && "shift",
    shiftKey && /^Key/.test(code) && "shift",
  ];
  return [...held.filter(Boolean), letter.toLowerCase()].join("+");
}
