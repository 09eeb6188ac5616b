// Searches: of the web, with the pages that were looked at, and of files, with what was found there.
import { message } from "../../messages.js";
import { safeLink } from "../../models/links.js";
import { asList, isObject, isText } from "../../models/shapes.js";
import { StepView } from "./step.js";

export class WebSearchView extends StepView {
  sections({ action }) {
    const { sources, url, query, queries } = isObject(action) ? action : {};
    const asked = [query, ...asList(queries)].filter(isText);
    const pages = [...asList(sources).map((source) => source?.url), url].filter(
      (address) => isText(address) && safeLink(address),
    );
    return [
      asked.length && list("sectionQueries", [...new Set(asked)].map((title) => ({ title }))),
      pages.length && list("sectionPages", [...new Set(pages)].map(page)),
    ];
  }
}

const list = (label, entries) => ({ kind: "list", label, entries });
const page = (url) => ({ title: url.replace(/^https?:\/\/(?:www\.)?/, ""), url });

export class FileSearchView extends StepView {
  sections({ queries, results }) {
    const asked = asList(queries).filter(isText);
    const found = asList(results).filter(isObject);
    return [
      asked.length && list("sectionQueries", asked.map((title) => ({ title }))),
      found.length && list("sectionPassages", found.map(passage)),
    ];
  }
}

function passage({ filename, file_id: id, score, text, attributes }) {
  const share = typeof score === "number" ? Math.round(score * 100) : null;
  return {
    title: filename ?? id ?? "",
    // Ours, where the provider was sent it to search in.
    attachment: isText(attributes?.attachment) ? attributes.attachment : "",
    note: share === null ? "" : message("relevance", { percent: share }),
    text: isText(text) ? text.trim() : "",
  };
}
