// The last gate before the page: whatever HTML was made of a text, only these tags, attributes and
// classes come through. DOMPurify makes the only Trusted Types policy the page allows.
import DOMPurify from "../../vendor/dompurify.js";
import { mayLink } from "../models/links.js";

const RULES = {
  ALLOWED_TAGS: [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "s",
    "br",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "span",
    "div",
  ],
  ALLOWED_ATTR: ["href", "rel", "target", "title", "class", "start"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

// target is dropped by default; it is safe beside the rel that every link of ours carries.
DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName !== "A") return;
  if (!mayLink(node.getAttribute("href") ?? "")) node.removeAttribute("href");
  node.setAttribute("rel", "noopener noreferrer nofollow ugc");
  node.setAttribute("target", "_blank");
});

/** @param {string} html @returns {DocumentFragment} */
export const sanitise = (html) => DOMPurify.sanitize(html, RULES);
