// The one polite live region: says what happened to those who can't see it, never every token.

/** @param {string} text */
export function announce(text) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  // A region that says the same words again is silent unless it was empty in between.
  setTimeout(() => (region.textContent = text), 50);
}
