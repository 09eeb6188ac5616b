// How full the context would be with the message that is being written, and what it would cost: asked
// of the server when the writing pauses, and counted by the provider when it pauses longer.

const PAUSE = 500; // ms
const LONG_PAUSE = 1_500;
/** From this share on, it is time to compact. */
const NEARLY_FULL = 0.8;

/**
 * @typedef {object} Draft
 * @property {string | null} model
 * @property {string | null} previous_response_id
 * @property {string} input
 * @property {string[]} [files] the ids of those attached
 * @property {string[]} [models] where several are asked
 * @property {object} [settings]
 * @typedef {object} Estimate
 * @property {number} input_tokens
 * @property {number} output_tokens
 * @property {boolean} exact whether the provider has counted
 * @property {number | null} context_window
 * @property {{amount: string, currency: string} | null} cost
 * @property {number} [models] how many are asked: the cost is that of all of them
 */

export class Gauge {
  /**
   * @param {(draft: Draft & {exact: boolean}) => Promise<Estimate>} ask
   * @param {{setTimeout: Function, clearTimeout: Function}} world
   * @param {(estimate: Estimate | null) => void} show null where there is nothing to say
   */
  constructor(ask, world, show) {
    this.ask = ask;
    this.world = world;
    this.show = show;
    this.draft = /** @type {Draft | null} */ (null);
    this.text = "";
    this.timers = [];
  }

  /** @param {Draft | null} draft as it is now; null where nothing can be said of it */
  look(draft) {
    const text = JSON.stringify(draft);
    if (text === this.text) return;
    this.text = text;
    this.draft = draft;
    this.timers.forEach((timer) => this.world.clearTimeout(timer));
    this.timers = [];
    if (!draft) return this.show(null);
    this.timers = [this.world.setTimeout(() => this.#ask(draft, false), PAUSE)];
    // Who only opens a conversation has nothing of it sent to a provider.
    if (isBegun(draft))
      this.timers.push(this.world.setTimeout(() => this.#ask(draft, true), LONG_PAUSE));
  }

  async #ask(draft, exact) {
    try {
      const estimate = await this.ask({ ...draft, exact });
      if (this.draft === draft) this.show(estimate);
    } catch {
      // Nobody asked for it: what can't be said now is not said.
      if (this.draft === draft && !exact) this.show(null);
    }
  }
}

/** @param {Draft} draft @returns {boolean} whether anything is typed or attached */
const isBegun = ({ input, files = [] }) => input.trim() !== "" || files.length > 0;

/** @param {Estimate} estimate @returns {number | null} of the context; null where its size is unknown */
export const shareOf = ({ input_tokens: tokens, context_window: size }) =>
  size ? tokens / size : null;

/** @param {Estimate} estimate */
export const isNearlyFull = (estimate) => shareOf(estimate) >= NEARLY_FULL;
