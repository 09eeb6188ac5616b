// The files of a folder on its page: added by a button or dropped, taken out again.
import { announce } from "./elements/announcer.js";
import { onAction, part } from "./elements/dom.js";
import { takeDrops } from "./elements/dropping.js";
import { FileChips } from "./elements/file-chips.js";
import { message } from "./messages.js";
import { Uploads } from "./models/uploads.js";
import { uploader } from "./uploading.js";

const root = document.getElementById("folder-files");
const { files, limits } = JSON.parse(document.getElementById("folder-data").textContent);
const input = /** @type {HTMLInputElement} */ (part(root, "choose"));
const token = /** @type {HTMLInputElement} */ (document.querySelector("[name=csrfmiddlewaretoken]"));
const { address } = root.dataset;

const uploads = new Uploads(limits, uploader(token.value, address), () => draw());
const chips = new FileChips(part(root, "files"), {
  remove,
  retry: (key) => uploads.retry(key),
  asText: () => {}, // nothing is pasted here
});

function draw() {
  chips.draw(uploads.list);
  part(root, "none").hidden = !uploads.isEmpty;
}

/** @param {string} key takes a file out, or gives up its upload */
async function remove(key) {
  const { name, part: stored } = uploads.list.find((upload) => upload.key === key);
  if (stored && !(await isTakenOut(stored))) return say(message("notDone"));
  say("");
  const next = chips.beside(key);
  uploads.remove(key);
  announce(message("fileRemoved", { name }));
  part(next ?? root, next ? "remove" : "add").focus();
}

async function isTakenOut({ file_id: id }) {
  try {
    const headers = { "x-csrftoken": token.value };
    const { ok, status } = await fetch(`${address}${id}/`, { method: "DELETE", headers });
    return ok || status === 404; // another tab was first
  } catch {
    return false;
  }
}

function say(words) {
  const line = part(root, "error");
  line.hidden = !words;
  line.textContent = words;
}

onAction(root, "add", () => input.click());
input.addEventListener("change", () => {
  uploads.add([...input.files]);
  input.value = ""; // the same file can be chosen again
});
takeDrops(root, (dropped) => uploads.add(dropped));
uploads.set(files);
