/**
 * What a view is told besides its item.
 * @typedef {object} Context
 * @property {boolean} streaming whether this item may still grow
 * @property {object | null} outcome what came of the call that the item is
 * @property {object[]} items the whole output
 * @property {number} elapsed seconds since the answer began
 * @property {number | null} thoughtFor seconds of thinking, once that is over
 * @property {string} [format] the type of `text.format` that was asked for
 * @property {Approvals} [approvals]
 *
 * What is known of the requests for a tool in an answer.
 * @typedef {object} Approvals
 * @property {Map<string, boolean>} decisions by what follows it
 * @property {boolean} isOpen whether the reader may decide on them
 * @property {boolean} isRunning whether that comes later
 * @property {(request: object) => "once" | "always" | "deny" | null} verdict not sent yet
 * @property {(request: object) => boolean} isAllowed for the whole conversation
 * @property {(request: object, verdict: "once" | "always" | "deny") => void} decide
 * @property {(request: object) => void} takeBack
 */

export {};
