// A compaction: a response that stands for all that was said before it.

/** @param {object} response */
export const isCompaction = ({ input }) => input?.[0]?.type === "compaction_trigger";

/** @param {object} response @returns {boolean} whether only its provider can read the summary */
export const isSealed = ({ output }) =>
  (output ?? []).some(({ type }) => type === "compaction");

const CODES = new Set(["context_length", "context_length_exceeded"]);

/** @param {object} response @returns {boolean} whether the conversation was too long for its model */
export const isTooLong = ({ status, error }) => status === "failed" && CODES.has(error?.code);
