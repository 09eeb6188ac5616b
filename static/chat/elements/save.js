// Saves something the page made, or shows, as a file.

/** @param {string} name of the file @param {Blob} blob */
export function save(name, blob) {
  const url = URL.createObjectURL(blob);
  click(name, url);
  // The browser has it once the click has been dealt with, which may take it a while.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {string} name of the file @param {string} url a data:, a blob: or one of our own */
export function saveFrom(name, url) {
  const [, type, base64] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(url) ?? [];
  if (!type) return click(name, url);
  // Not by fetch, which may reach nothing but this server.
  save(name, new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type }));
}

function click(name, url) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
