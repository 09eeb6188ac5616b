// The arrows ‹ 2 / 3 › between versions of a question or answers to it. Someone who never branches
// never sees them; at the ends they are grey, yet keep the focus of the keyboard.
import { message } from "../messages.js";
import { part, setText } from "./dom.js";

/**
 * @param {HTMLElement} node
 * @param {import("../models/tree.js").Siblings} siblings
 * @param {(id: string) => void} select
 */
export function showSiblings(node, siblings, select) {
  node.hidden = siblings.count < 2;
  if (node.hidden) return;
  const values = { index: siblings.index + 1, count: siblings.count };
  setText(part(node, "position"), message("position", values));
  node.setAttribute("aria-label", message("positionLabel", values));
  for (const direction of ["previous", "next"]) {
    const button = part(node, direction);
    const target = siblings[direction];
    button.setAttribute("aria-disabled", String(!target));
    button.onclick = () => target && select(target);
  }
}
