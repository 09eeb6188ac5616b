/**
 * What a view is told besides its item.
 * @typedef {object} Context
 * @property {boolean} streaming whether this item may still grow
 * @property {object | null} outcome what came of the call that the item is
 * @property {object[]} items the whole output
 * @property {number} elapsed seconds since the answer began
 * @property {number | null} thoughtFor seconds of thinking, once that is over
 * @property {string} [format] the type of `text.format` that was asked for
 * @property {(id: string, allowed: boolean) => void} [approve]
 */

export {};
