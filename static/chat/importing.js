// Sends a file to be imported in pieces, and shows how far that is. Without scripts the form sends it.
import { message } from "./messages.js";
import { part } from "./elements/dom.js";
import { pieces } from "./models/pieces.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("import-form"));
const headers = { "x-csrftoken": form.elements.namedItem("csrfmiddlewaretoken").value };

const TOLD = new Set([413, 429, 507]); // their answers have a sentence for the person

class Refused extends Error {}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.elements.namedItem("file").files[0];
  say("");
  if (file.size > Number(form.dataset.max)) return say(message("importTooLarge"));
  const submit = /** @type {HTMLButtonElement} */ (part(form, "submit"));
  submit.disabled = true;
  try {
    location.assign(`/settings/data/imports/${await send(file)}/`);
  } catch (error) {
    say(error instanceof Refused ? error.message : message("importNotSent"));
    submit.disabled = false;
  }
});

/** @param {File} file @returns {Promise<string>} the import's id */
async function send(file) {
  const again = form.elements.namedItem("again").checked;
  const body = JSON.stringify({ name: file.name, size: file.size, again });
  const begun = await ask("/imports/", { method: "POST", body });
  for (const { at, end } of pieces(file.size)) {
    show(at / file.size);
    await ask(`/imports/${begun.id}/?at=${at}`, { method: "PUT", body: file.slice(at, end) });
  }
  return begun.id;
}

async function ask(path, options) {
  const answer = await fetch(path, { ...options, headers });
  if (answer.ok) return answer.json();
  if (!TOLD.has(answer.status)) throw new Error(`The server answered ${answer.status}.`);
  throw new Refused((await answer.json()).error.message);
}

function show(share) {
  const box = part(form, "progress");
  box.hidden = false;
  box.querySelector("progress").value = share;
  part(form, "state").textContent = message("importSending", { percent: Math.round(share * 100) });
}

function say(words) {
  const line = part(form, "error");
  line.hidden = !words;
  line.textContent = words;
}
