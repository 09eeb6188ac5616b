// Where a small popover goes: below what opened it, or above where there is more room, and always
// inside the window.

const GAP = 4;
const MARGIN = 8;

/** @param {HTMLElement} anchor @param {HTMLElement} popup shown already */
export function placeAt(anchor, popup) {
  const { top, bottom, left } = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popup;
  const below = innerHeight - bottom - GAP >= height || top < height;
  const clamp = (value, most) => `${Math.max(MARGIN, Math.min(value, most - MARGIN))}px`;
  popup.style.left = clamp(left, innerWidth - width);
  popup.style.top = clamp(below ? bottom + GAP : top - height - GAP, innerHeight - height);
}
