// Which models are asked at once: none, or two to four that are offered.

export const FEWEST = 2;
export const MOST = 4;

export class Several {
  /** @param {{id: string, label: string}[]} models that are offered */
  constructor(models) {
    this.models = models;
    this.ids = /** @type {string[]} */ ([]);
  }

  /** @param {string[]} ids in whatever order; fewer than two are none */
  choose(ids) {
    const known = this.models.map(({ id }) => id).filter((id) => ids.includes(id));
    this.ids = known.length >= FEWEST ? known.slice(0, MOST) : [];
  }

  /** @param {string} id @returns {string} */
  labelOf(id) {
    return this.models.find((model) => model.id === id)?.label ?? "";
  }

  /** @returns {{model?: undefined, models?: string[]}} what a question says of whom it asks */
  options() {
    return this.ids.length ? { model: undefined, models: this.ids } : {};
  }
}
