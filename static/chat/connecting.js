// The form that connects a provider: a chosen kind fills in its name and address.
import { filled } from "./models/presets.js";

const presets = JSON.parse(document.getElementById("presets").textContent);
const kind = /** @type {HTMLSelectElement} */ (document.getElementById("id_kind"));
const fields = ["name", "base_url"].map(
  (name) => /** @type {HTMLInputElement} */ (document.getElementById(`id_${name}`)),
);
let before = presets[kind.value] ?? {};

kind.addEventListener("change", () => {
  const after = presets[kind.value] ?? {};
  const now = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const next = filled(now, before, after);
  for (const field of fields) field.value = next[field.name];
  before = after;
});
