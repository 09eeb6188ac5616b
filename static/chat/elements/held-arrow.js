// The arrow between versions that has the focus keeps it: the version that is shown next stands in
// the same place, but is another node.
import { part } from "./dom.js";

const ARROWS = ["previous", "next"];

/**
 * @param {{turns: any[], below: (parent: string | null) => any}} transcript before it shows another version
 * @returns {() => void} gives the focus back, once it is shown
 */
export function heldArrow(transcript) {
  const arrow = /** @type {HTMLElement | null} */ (document.activeElement);
  const siblings = arrow?.closest(".siblings");
  const view = siblings && transcript.turns.find(({ node }) => node.contains(arrow));
  if (!view || !ARROWS.includes(arrow.dataset.part)) return () => {};
  const at = placeOf(view, siblings);
  const parent = view.turn.response.previous_response_id ?? null;
  return () => {
    if (arrow.isConnected) return;
    const shown = transcript.below(parent);
    shown?.draw();
    const groups = shown ? groupsOf(shown) : [];
    // Where one version has no other in that place, there may be one in the other.
    const group = [groups[at], ...groups].find((each) => each && !each.hidden);
    if (group) part(group, arrow.dataset.part).focus({ preventScroll: true });
  };
}

const groupsOf = ({ node }) =>
  /** @type {HTMLElement[]} */ ([...node.querySelectorAll(".siblings")]);

const placeOf = (view, siblings) => groupsOf(view).indexOf(siblings);
