// The quiet line below the draft: how full the context is, what the message will cost. A press
// tells more, and offers to compact; when the context is nearly full, the offer stands beside it.
import { message } from "../messages.js";
import { isNearlyFull, shareOf } from "../models/gauge.js";
import { figures, money, percent } from "../models/money.js";
import { onAction, part, setText } from "./dom.js";

const GAP = 6;
const MARGIN = 8;

export class GaugeView {
  /**
   * @param {HTMLElement} root
   * @param {() => void} compact
   */
  constructor(root, compact) {
    this.root = root;
    this.button = part(root, "button");
    this.more = part(root, "more");
    this.more.popover = "auto";
    this.button.addEventListener("click", () => this.more.togglePopover());
    this.more.addEventListener("toggle", (event) => {
      const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
      this.button.setAttribute("aria-expanded", String(isOpen));
      if (isOpen) this.#place();
    });
    for (const name of ["compact", "compact-now"]) {
      onAction(root, name, () => {
        this.more.hidePopover();
        compact();
      });
    }
  }

  /** @param {import("../models/gauge.js").Estimate | null} estimate @param {boolean} canCompact */
  show(estimate, canCompact) {
    this.root.hidden = !estimate;
    if (!estimate) return;
    const share = shareOf(estimate);
    const isFull = isNearlyFull(estimate);
    this.root.dataset.tone = isFull ? "warning" : "quiet";
    this.root.style.setProperty("--share", String(Math.min(share ?? 0, 1)));
    part(this.root, "ring").hidden = share === null;
    setText(part(this.root, "text"), [fullness(estimate, share), price(estimate)].filter(Boolean).join(" · "));
    setText(part(this.root, "tokens"), tokens(estimate));
    setText(part(this.root, "costs"), [costs(estimate), ofAll(estimate)].filter(Boolean).join(" "));
    part(this.root, "compact").hidden = !canCompact;
    part(this.root, "compact-now").hidden = !canCompact || !isFull;
  }

  #place() {
    const anchor = this.button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.more;
    const left = Math.min(anchor.left, innerWidth - width - MARGIN);
    this.more.style.left = `${Math.max(MARGIN, left)}px`;
    this.more.style.top = `${Math.max(MARGIN, anchor.top - height - GAP)}px`;
  }
}

function fullness({ input_tokens: count, exact }, share) {
  if (share !== null) return message("contextShare", { share: percent(share) });
  return message(exact ? "tokens" : "aboutTokens", { tokens: figures(count) });
}

function price({ cost }) {
  if (!cost) return "";
  return Number(cost.amount) === 0 ? message("free") : message("about", { cost: money(cost) });
}

function tokens({ input_tokens: count, context_window: size, exact }) {
  const values = { tokens: figures(count), size: size ? figures(size) : "" };
  const said = message(size ? "tokensOf" : "tokensToRead", values);
  return `${said} ${message(exact ? "countedByProvider" : "estimated")}`;
}

const ofAll = ({ models = 1 }) => (models > 1 ? message("severalTogether", { count: models }) : "");

function costs({ cost, output_tokens: said }) {
  if (!cost) return message("costUnknown");
  if (Number(cost.amount) === 0) return message("costNothing");
  return message("costOf", { cost: money(cost), tokens: figures(said) });
}
