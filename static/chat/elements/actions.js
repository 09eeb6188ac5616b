/**
 * What a reader of a transcript may do; what is missing is not offered.
 * @typedef {object} Actions
 * @property {(id: string) => void} select show the branch with this response
 * @property {(id: string, model: string | null) => void} [retry]
 * @property {(id: string, text: string) => void} [edit]
 * @property {() => boolean} [connected]
 * @property {{id: string, label: string}[]} [models]
 * @property {boolean} [review] show every fact about an answer
 */

export {};
