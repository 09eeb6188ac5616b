// The row under the search field that narrows what is found.
import { message } from "../messages.js";
import { KEY, asked } from "../models/search-filters.js";
import { part, setText } from "./dom.js";

export class SearchFilters {
  /**
   * @param {HTMLElement} root
   * @param {{id: string, label: string}[]} models
   * @param {object} now what there is when they are shown
   * @param {() => {id: string, name: string}[]} now.folders
   * @param {() => Promise<{id: string, name: string}[]>} now.tags
   * @param {() => Iterable<string>} now.keys the names of those through which scripts asked
   */
  constructor(root, models, { folders, tags, keys }) {
    Object.assign(this, { root, folders, tags, keys });
    this.changed = () => {};
    this.fold = part(root, "fold");
    this.clear = part(root, "clear");
    this.label = this.fold.textContent;
    this.#offer(
      "model",
      models.map(({ id, label }) => [id, label]),
    );
    root.addEventListener("change", () => this.#choose());
    this.clear.addEventListener("click", () => this.#clear());
    this.fold.addEventListener("click", () => this.#unfold());
  }

  /** @returns {Record<string, string>} what the server is asked */
  get asked() {
    const value = (name) => this.#field(name).value;
    // A year that is still being written is out of its range.
    const day = (name) => (this.#field(name).validity.valid ? value(name) : "");
    return asked({
      from: day("from"),
      to: day("to"),
      model: value("model"),
      folder: value("folder"),
      tag: value("tag"),
      archived: value("archived"),
      scripts: value("scripts"),
      files: this.#field("files").checked,
    });
  }

  /** Offers the folders and the tags that there are by now; one that is gone narrows nothing. */
  async refresh() {
    this.#offer("folder", this.folders().map(named));
    this.#offer("scripts", Array.from(this.keys(), keyed));
    this.#show();
    const chosen = this.#field("tag").value;
    this.#offer("tag", (await this.tags()).map(named));
    this.#show();
    if (this.#field("tag").value !== chosen) this.changed();
  }

  /** Nothing but this tag. @param {{id: string, name: string}} tag */
  only(tag) {
    this.#empty();
    this.#offer("tag", [named(tag)]);
    this.#field("tag").value = tag.id;
  }

  /** Nothing but what was asked through this key. @param {string} name */
  onlyKey(name) {
    this.#empty();
    this.#offer("scripts", [keyed(name)]);
    this.#field("scripts").value = KEY + name;
  }

  /** @param {string} name @returns {any} the field of that name */
  #field(name) {
    return this.root.querySelector(`[name="${name}"]`);
  }

  /** Hidden where there is no choice. */
  #offer(name, choices) {
    const select = this.#field(name);
    const chosen = select.value;
    const always = [...select.options].filter(({ dataset }) => !("offered" in dataset));
    select.replaceChildren(...always, ...choices.map(option));
    select.value = [...select.options].some(({ value }) => value === chosen) ? chosen : "";
    select.hidden = choices.length < (name === "model" ? 2 : 1);
  }

  #choose() {
    this.#show();
    this.changed();
  }

  #clear() {
    this.#empty();
    this.#choose();
    this.#field("from").focus(); // the button goes: the keys stay in the row
  }

  #empty() {
    for (const name of ["from", "to", "model", "folder", "tag", "archived", "scripts"])
      this.#field(name).value = "";
    this.#field("files").checked = false;
  }

  #unfold() {
    const isOpen = this.root.classList.toggle("open");
    this.fold.setAttribute("aria-expanded", String(isOpen));
  }

  #show() {
    const count = Object.keys(this.asked).length;
    this.clear.hidden = count === 0;
    setText(this.fold, count ? message("filtersSet", { count }) : this.label);
  }
}

const named = ({ id, name }) => [id, name];

const keyed = (name) => [KEY + name, name];

function option([id, label]) {
  const node = new Option(label, id);
  node.dataset.offered = "";
  return node;
}
