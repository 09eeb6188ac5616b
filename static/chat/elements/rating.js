// Good or bad: two buttons, of which at most one is pressed; a second press takes it back.
import { message } from "../messages.js";
import { announce } from "./announcer.js";
import { part } from "./dom.js";

const RATINGS = ["good", "bad"];

export class RatingView {
  /**
   * @param {HTMLElement} node
   * @param {(id: string, rating: string) => void} [rate]
   */
  constructor(node, rate) {
    this.node = node;
    this.rate = rate;
    this.response = /** @type {object | null} */ (null);
    for (const name of RATINGS)
      part(node, name).addEventListener("click", () => this.#press(name));
  }

  /** @param {object} response @param {boolean} isOver whether there is an answer to rate */
  update(response, isOver) {
    this.response = response;
    this.node.hidden = !isOver || !this.rate;
    for (const name of RATINGS)
      part(this.node, name).setAttribute("aria-pressed", String(response.rating === name));
  }

  #press(name) {
    const rating = this.response.rating === name ? "" : name;
    this.rate(this.response.id, rating);
    announce(message(rating ? "rated" : "ratingTaken"));
  }
}
