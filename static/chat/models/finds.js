// What the server's own searches were asked for and have found, for a list of it.
import { asList, isObject, isText } from "./shapes.js";

/**
 * @typedef {object} Find
 * @property {string} title
 * @property {string} text
 * @property {string} [url]
 * @property {string} [date]
 * @property {number} [page]
 * @property {number} [passage]
 * @property {number} [of]
 */

const parsed = (json) => {
  try {
    const value = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {}; // still arriving, or no JSON at all
  }
};
const objects = (list) => asList(list).filter(isObject);
const words = (value) => (isText(value) ? value : "");

const passage = ({ file, text, page, passage: number, of }) => ({
  title: words(file),
  text: words(text),
  page,
  passage: number,
  of,
});
const chat = ({ title, excerpt, link, date }) => ({
  title: words(title),
  text: words(excerpt),
  url: words(link),
  date: words(date),
});

const FOUND = {
  search_conversations: ({ conversations }) => objects(conversations).map(chat),
  search_files: ({ passages }) => objects(passages).map(passage),
};
const isSearch = (name) => Object.hasOwn(FOUND, name ?? "");

/** @param {{name?: string, arguments?: string}} call @returns {string} what it looks for; "" if none is known */
export const soughtBy = ({ name, arguments: given }) =>
  isSearch(name) ? words(parsed(given).query).trim() : "";

/** @param {{name?: string}} call @param {unknown} output of it @returns {Find[]} none where it is no search's */
export const findsOf = ({ name }, output) => (isSearch(name) ? FOUND[name](parsed(output)) : []);
