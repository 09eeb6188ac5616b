// A file of a message, opened: what there is to read of it, which is what a model that takes no
// files is sent, and a way to save it.
import { message } from "../messages.js";
import { sizeOf } from "../models/files.js";
import { announce } from "./announcer.js";
import { part } from "./dom.js";

let latest = "";

/** @param {{file_id: string, filename: string, size?: number, pages?: number}} file */
export async function preview({ file_id: id, filename, size, pages }) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("file-preview"));
  latest = id;
  part(dialog, "name").textContent = filename;
  part(dialog, "facts").textContent = factsOf({ size, pages });
  const link = /** @type {HTMLAnchorElement} */ (part(dialog, "download"));
  link.href = `/files/${encodeURIComponent(id)}/`;
  link.download = filename;
  part(dialog, "text").textContent = "";
  part(dialog, "note").textContent = message("fileLoading");
  dialog.showModal();
  const told = await textOf(id);
  if (latest !== id) return;
  // Of one that is cited the name alone is known before.
  if (told.size !== undefined) part(dialog, "facts").textContent = factsOf(told);
  part(dialog, "text").textContent = told.text ?? "";
  part(dialog, "text").hidden = !told.text;
  part(dialog, "note").textContent = message(noteOf(told));
  announce(message(noteOf(told)));
}

/** @param {{size?: number, pages?: number}} file */
function factsOf({ size, pages }) {
  const counted = pages ? [message("pages", { count: pages })] : [];
  return [...(size === undefined ? [] : [sizeOf(size)]), ...counted].join(" · ");
}

function noteOf(told) {
  if (told.problem) return told.problem;
  if (!told.text) return "fileWithoutText";
  return told.is_cut ? "fileTextCut" : "fileText";
}

/**
 * @param {string} id
 * @returns {Promise<{text?: string, is_cut?: boolean, size?: number, pages?: number, problem?: string}>}
 *   the problem: a message's name
 */
async function textOf(id) {
  try {
    const answer = await fetch(`/files/${encodeURIComponent(id)}/text/`, {
      headers: { accept: "application/json" },
    });
    if (answer.ok) return await answer.json();
    return { problem: answer.status === 404 ? "fileGone" : "notDone" };
  } catch {
    return { problem: "notDone" };
  }
}
