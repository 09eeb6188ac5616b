// Files that a provider made, as the server keeps them: where they are, and why one was not kept.
// The server's twin is conversations/protocol/made.py.
import { isObject, isText } from "./shapes.js";

// Where a link to a conversation opens it; nothing else that an item names becomes an address.
const SHARED = /^\/s\/[\w-]+\/files\/\w+\/$/;
const PARTIAL = /^(\w{1,60})-(\d{1,4})-(\d{1,9})$/;
const WHY = {
  gone: "notKeptGone",
  late: "notKeptGone",
  many: "notKeptMany",
  quota: "notKeptQuota",
  size: "notKeptSize",
  pixels: "notKeptSize",
  storage: "notKeptStorage",
};

/** @param {import("./files.js").FilePart} [file] @returns {string | null} where it is to be had */
export function madeAddress(file) {
  if (!isObject(file)) return null;
  if (isText(file.file_id)) return `/files/${encodeURIComponent(file.file_id)}/`;
  const shared = file.image_url ?? file.file_url;
  return isText(shared) && SHARED.test(shared) ? shared : null;
}

/** @param {string} [name] @returns {string | null} where there is what was drawn so far */
export function partialAddress(name) {
  const [, response, at, number] = (isText(name) && PARTIAL.exec(name)) || [];
  return response ? `/responses/${response}/partial/?at=${at}&number=${number}` : null;
}

/** @param {string} reason @returns {string} the name of the sentence that says it */
export const whyNotKept = (reason) => WHY[reason] ?? "notKeptBroken";
