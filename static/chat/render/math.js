// Loaded with the first formula. KaTeX builds nodes and sets styles through the CSSOM, which the
// Content-Security-Policy allows; strings of HTML with style attributes it would not.
import katex from "../../vendor/katex/katex.js";

const LONGEST = 10_000;
const REMEMBERED = 500;
const RULES = { throwOnError: true, trust: false, strict: "ignore", maxSize: 40, maxExpand: 500 };

const typeset = new Map(); // source → nodes, for formulas drawn again while their block grows

/** The style sheet is in the page, switched off until it is needed. */
const styled = new Promise((resolve) => {
  const link = /** @type {HTMLLinkElement | null} */ (document.getElementById("katex-style"));
  if (!link || link.sheet) return resolve(null);
  link.addEventListener("load", resolve);
  link.addEventListener("error", resolve);
  link.disabled = false;
});

function render(tex, displayMode) {
  const key = `${displayMode} ${tex}`;
  if (!typeset.has(key)) {
    const holder = document.createElement("span");
    katex.render(tex, holder, { ...RULES, displayMode });
    if (typeset.size >= REMEMBERED) typeset.clear();
    typeset.set(key, holder);
  }
  return typeset.get(key).cloneNode(true);
}

/** @param {HTMLElement} element holds the source; keeps it when it can't be typeset */
export function typesetElement(element) {
  const tex = element.textContent;
  if (tex.length > LONGEST) return;
  try {
    element.replaceChildren(...render(tex, element.classList.contains("math-display")).childNodes);
    element.classList.add("typeset");
  } catch {
    element.classList.add("math-broken"); // bad TeX or nesting beyond the stack: the source is shown
  }
}

export const ready = styled;
