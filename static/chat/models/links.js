// Which addresses a text may link to. Everything a model or a person wrote passes here, so the
// rule is a list of what is allowed: absolute http, https and mailto addresses, nothing else.
// Relative ones are out too: a link to /admin/… would act with the reader's own rights. A chat, as a
// search of the reader's own names it, is no more than opened by one.

const ALLOWED = /^(?:https?:\/\/|mailto:)/i;

/**
 * @param {string} address as written in the text
 * @returns {URL | null} null when this must not become a link
 */
export function safeLink(address) {
  const text = address.trim();
  // A URL parser drops these inside a scheme and turns a backslash into a slash.
  if (!ALLOWED.test(text) || /[\u0000-\u0020\\]/.test(text)) return null;
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  // "https://good.example@evil.example" shows one host and opens another.
  return url.username || url.password ? null : url;
}

const CHAT = /^\/c\/[\w-]{1,60}(?:\?response=\w{1,60})?$/;

/** @param {string} address @returns {boolean} whether a link in a text may lead there */
export const mayLink = (address) => CHAT.test(address) || safeLink(address) !== null;

/**
 * What a reader must be told beside a link whose own text names another place.
 * @param {string} text the link's visible text
 * @param {string} address where it leads
 * @returns {string | null} the host it really opens, when the text looks like a different one
 */
export function hostToShow(text, address) {
  const url = safeLink(address);
  if (!url || url.protocol === "mailto:") return null;
  const named = /(?:^|[\s/])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/u.exec(text.trim());
  if (!named) return null;
  const bare = (host) => host.toLowerCase().replace(/^www\./, "");
  return bare(named[1]) === bare(url.hostname) ? null : url.hostname;
}
