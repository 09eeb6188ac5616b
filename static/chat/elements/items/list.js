// The items of one answer. Each view is made once and then updated: what the reader opened stays
// open, also when what was shown singly becomes part of a group.
import { entriesOf } from "../../models/entries.js";
import { setChildren } from "../dom.js";
import { GroupView } from "./group.js";
import { viewFor } from "./table.js";

export class ItemList {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.views = new Map(); // by the index of the item
    this.groups = new Map(); // by the index of the first item
  }

  /** @param {object[]} items @param {boolean} running @param {Omit<import("./context.js").Context, "streaming" | "outcome" | "items">} given */
  update(items, running, given) {
    const show = ({ index, item, outcome }) => {
      const streaming = running && index === items.length - 1;
      const view = this.#view(index, item);
      view.update(item, { ...given, items, streaming, outcome });
      return view;
    };
    const entries = entriesOf(items);
    const nodes = entries.map((entry) =>
      entry.entries ? this.#group(entry, entry.entries.map(show)) : show(entry).node,
    );
    this.#forget(entries);
    setChildren(this.root, nodes);
  }

  #view(index, item) {
    const View = viewFor(item);
    if (this.views.get(index)?.constructor !== View) this.views.set(index, new View());
    return this.views.get(index);
  }

  #group({ index, count }, views) {
    if (!this.groups.has(index)) this.groups.set(index, new GroupView());
    const group = this.groups.get(index);
    group.update(views, count);
    return group.node;
  }

  #forget(entries) {
    const shown = new Set(entries.flatMap((entry) => (entry.entries ?? [entry]).map(({ index }) => index)));
    const groups = new Set(entries.filter(({ entries: own }) => own).map(({ index }) => index));
    for (const index of this.views.keys()) if (!shown.has(index)) this.views.delete(index);
    for (const index of this.groups.keys()) if (!groups.has(index)) this.groups.delete(index);
  }
}
