// The page's one polite live region: says what happened to those who can't see it, never every token.

/** What is said within this time is said together, in ms: a region is heard when it changes. */
const GATHERS = 100;
/** A region that was moved is known to be one after this time, in ms. */
const SETTLES = 250;
/** What changes quickly is said after it has been at rest for so long, in ms. */
const RESTS = 600;

let region = /** @type {HTMLElement | null} */ (null);
let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
let resting = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
const waiting = /** @type {string[]} */ ([]);

/** @param {string} text */
export function announce(text) {
  region ??= document.getElementById("announcer");
  if (!region || !text || waiting.at(-1) === text) return;
  waiting.push(text);
  // A region that says the same words again is silent unless it was empty in between.
  if (waiting.length === 1) region.textContent = "";
  timer ??= setTimeout(say, goHome(region) ? SETTLES : GATHERS);
}

/**
 * Of what changes quickly, such as a count while somebody types, only the last is said.
 * @param {string} text "" takes back what was to be said
 */
export function announceAtRest(text) {
  clearTimeout(resting);
  if (text) resting = setTimeout(announce, RESTS, text);
}

function say() {
  // A dialog may have been opened or closed meanwhile.
  const hasMoved = goHome(region);
  timer = hasMoved ? setTimeout(say, SETTLES) : undefined;
  if (!hasMoved) region.textContent = waiting.splice(0).reduce(together);
}

const together = (said, text) => `${said}${/\p{P}$/u.test(said) ? "" : "."} ${text}`;

/**
 * Outside of a modal dialog nothing is heard while it is open: the region goes into it.
 * @param {HTMLElement} node @returns {boolean} whether it was elsewhere
 */
function goHome(node) {
  const home = modal() ?? document.body;
  if (node.parentElement === home) return false;
  home.append(node);
  return true;
}

/** The topmost one has the focus. */
function modal() {
  const focused = document.activeElement?.closest("dialog:modal");
  return focused ?? [...document.querySelectorAll("dialog:modal")].at(-1);
}
