// The one Markdown there is: what a text may contain and what HTML that becomes. The HTML is
// sanitised once more where it meets the page (render/sanitise.js).
import cjkFriendly from "../../vendor/markdown-it-cjk-friendly.js";
import MarkdownIt from "../../vendor/markdown-it.js";
import { citations } from "./citations.js";
import { footnotes } from "./footnotes.js";
import { mayLink, safeLink } from "./links.js";
import { maths } from "./maths.js";

const LINK_RELATION = "noopener noreferrer nofollow ugc";
const CHECKBOX = /^\[([ xX])\] /;

/** Links leave in a new tab, tell the target nothing, and name their host on hover. */
function openLink(tokens, index, options, env, self) {
  const token = tokens[index];
  const url = safeLink(token.attrGet("href") ?? "");
  token.attrSet("target", "_blank");
  token.attrSet("rel", LINK_RELATION);
  token.attrSet("title", url?.host || url?.pathname || "");
  return self.renderToken(tokens, index, options);
}

/** A picture is never loaded: the request alone could carry words out. It is a link one may click. */
function imageAsLink(md) {
  return (tokens, index) => {
    const { escapeHtml } = md.utils;
    const address = tokens[index].attrGet("src") ?? "";
    const label = escapeHtml(tokens[index].content.trim() || address);
    const url = safeLink(address);
    if (!url) return `<span class="image-link">${label}</span>`;
    return (
      `<a class="image-link" href="${escapeHtml(address)}" target="_blank" ` +
      `rel="${LINK_RELATION}" title="${escapeHtml(url.host)}">${label}</a>`
    );
  };
}

/** The Content-Security-Policy forbids style attributes, so a column's alignment is a class. */
function alignByClass(tokens, index, options, env, self) {
  const token = tokens[index];
  const side = /text-align:(\w+)/.exec(token.attrGet("style") ?? "")?.[1];
  if (side) token.attrs = [["class", `align-${side}`]];
  return self.renderToken(tokens, index, options);
}

function checkboxes(state) {
  state.tokens.forEach((token, index) => {
    const first = token.type === "inline" && state.tokens[index - 2]?.type === "list_item_open";
    const text = token.children?.[0];
    if (!first || text?.type !== "text") return;
    const box = CHECKBOX.exec(text.content);
    if (!box) return;
    text.content = (box[1] === " " ? "\u2610 " : "\u2611 ") + text.content.slice(box[0].length);
    state.tokens[index - 2].attrJoin("class", "task");
  });
}

/** @returns {MarkdownIt} */
export function createMarkdown() {
  const md = new MarkdownIt({ html: false, linkify: true });
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  md.validateLink = mayLink;
  md.use(cjkFriendly).use(maths).use(citations).use(footnotes);
  md.core.ruler.push("checkboxes", checkboxes);
  md.renderer.rules.link_open = openLink;
  md.renderer.rules.image = imageAsLink(md);
  md.renderer.rules.th_open = md.renderer.rules.td_open = alignByClass;
  return md;
}
