// The arrows ‹ 2 / 3 › between versions of a question or answers to it. Someone who never branches
// never sees them; at the ends they are grey, yet keep the focus of the keyboard.
import { message } from "../messages.js";
import { part, setText } from "./dom.js";

/**
 * @param {HTMLElement} node
 * @param {import("../models/tree.js").Siblings} siblings
 * @param {import("./actions.js").Actions} actions
 * @param {string | null} id of the branch whose name stands here
 */
export function showSiblings(node, siblings, { select, branches }, id) {
  const name = (id && branches?.of(id).name) || "";
  node.hidden = siblings.count < 2 && !name;
  if (node.hidden) return;
  setText(part(node, "name"), name);
  part(node, "name").hidden = !name;
  const values = { index: siblings.index + 1, count: siblings.count };
  setText(part(node, "position"), siblings.count < 2 ? "" : message("position", values));
  node.setAttribute("aria-label", message("positionLabel", values));
  for (const direction of ["previous", "next"]) {
    const button = part(node, direction);
    const target = siblings[direction];
    button.hidden = siblings.count < 2;
    button.setAttribute("aria-disabled", String(!target));
    button.title = (target && branches?.of(target).name) || "";
    button.onclick = () => target && select(target);
  }
}
