/**
 * What a reader of a transcript may do; what is missing is not offered.
 * @typedef {object} Actions
 * @property {(id: string) => void} select show the branch with this response
 * @property {(id: string, model: string | null) => void} [retry]
 * @property {(id: string) => void} [retrySeveral] choose models that answer it again
 * @property {(id: string, text: string) => void} [edit] ask another question in its place
 * @property {(id: string) => void} [goOn] have an answer go on that was cut
 * @property {(id: string) => void} [compact] ask again what was too long, behind a compaction
 * @property {(id: string, rating: string) => void} [rate] "good", "bad", or "" for neither
 * @property {(id: string, text: string) => void} [amend] change a message that waits
 * @property {(id: string) => void} [withdraw] take back a message that waits
 * @property {(key: string) => "held" | "offline" | "saving" | "sending"} [sending] how far it is
 * @property {() => number} [now] the server's time, in Unix seconds
 * @property {{id: string, label: string}[]} [models]
 * @property {Branches} [branches]
 * @property {Approvals} [approvals] decide on what an answer asks for
 * @property {(id: string) => void} [keep] of answers side by side, go on with this one
 * @property {(id: string) => void} [stop] one of them
 * @property {import("./attachments.js").Files} [files] what attaching needs
 * @property {boolean} [opensFiles] whether the reader may see the files of messages
 * @property {boolean} [review] show every fact about an answer
 */

/**
 * What a person does about the tools that an answer asks for.
 * @typedef {object} Approvals
 * @property {(response: object, request: object) => string | null} verdict not sent yet
 * @property {(request: object) => boolean} isAllowed for the whole conversation
 * @property {(response: object, request: object, verdict: string) => void} decide
 * @property {(response: object, request: object) => void} takeBack
 */

/**
 * What can be done with branches, each named by the response that it begins with.
 * @typedef {object} Branches
 * @property {(id: string) => {name: string, pinned: boolean}} of
 * @property {(id: string, button: HTMLElement) => void} copyLink
 * @property {(id: string) => void} share
 * @property {(id: string) => void} fork
 * @property {(id: string) => void} name
 * @property {(id: string) => void} pin
 * @property {(id: string) => void} remove
 * @property {(id: string) => void} compare with another answer
 * @property {(id: string) => boolean} isCompared whether there is one to compare it with
 */

export {};
