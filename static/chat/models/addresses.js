// Where a message can be seen.

/** @param {string} conversation @param {string} response @returns {string} a path of this server */
export const addressOf = (conversation, response) =>
  `/c/${encodeURIComponent(conversation)}?response=${encodeURIComponent(response)}`;

/** @param {string} token @returns {string} of what a link to a conversation shows */
export function sharedAddress(token) {
  return `/s/${encodeURIComponent(token)}/`;
}
