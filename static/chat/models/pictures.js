// Pictures that stand in a question's items as data.

// Or at the address that a link to a conversation opens.
const SHARED = /^\/s\/[\w-]+\/files\/\w+\/$/;
const DATA = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/;

/** @param {object[]} input @returns {string[]} their addresses, of kinds that can do no harm */
export function picturesIn(input) {
  const parts = (input ?? []).flatMap(({ role, content }) =>
    role === "user" && Array.isArray(content) ? content : [],
  );
  const urls = parts.filter(({ type }) => type === "input_image").map((part) => part.image_url);
  return urls.filter((url) => typeof url === "string" && (DATA.test(url) || SHARED.test(url)));
}
