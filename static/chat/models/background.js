// Whether the next answer of a conversation runs in the background: as its model would have it,
// until the person says otherwise.

/** @typedef {{id: string, background?: boolean, can_background?: boolean}} Model */

export class BackgroundChoice {
  /** @param {Model[]} models */
  constructor(models) {
    this.models = new Map(models.map((model) => [model.id, model]));
    this.chosen = /** @type {Map<string | null, boolean>} */ (new Map());
  }

  /** @param {string | null} model @returns {boolean} whether its answers can run there at all */
  isOffered(model) {
    return this.models.get(model)?.can_background === true;
  }

  /**
   * @param {string | null} conversation null for the one not begun yet
   * @param {string | null} model
   * @returns {boolean}
   */
  of(conversation, model) {
    if (!this.isOffered(model)) return false;
    return this.chosen.get(conversation) ?? this.models.get(model).background === true;
  }

  /** @param {string | null} conversation @param {boolean} on */
  set(conversation, on) {
    this.chosen.set(conversation, on);
  }

  /** The conversation that was new has an id now. @param {string} conversation */
  adopt(conversation) {
    if (this.chosen.has(null)) this.chosen.set(conversation, this.chosen.get(null));
    this.chosen.delete(null);
  }
}
