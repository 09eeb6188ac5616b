// The map and the page around it: opened from the header and by its keys, it leads to messages.
import { asked } from "./elements/map-node.js";
import { TreeMapView } from "./elements/tree-map.js";

export class Mapping {
  /**
   * @param {object} parts
   * @param {HTMLDialogElement} parts.dialog
   * @param {HTMLElement} parts.button
   * @param {import("./api.js").Api} parts.api
   * @param {() => import("./session.js").Session} parts.session
   * @param {import("./place.js").Place} parts.place
   * @param {import("./branching.js").Branching} parts.branching
   * @param {{id: string, label: string}[]} parts.models
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.view = new TreeMapView(parts.dialog, {
      load: (opened) => this.#load(opened),
      jump: (id) => this.jump(id),
      branches: this.#branches(),
      failed: (error) => this.place.failed(error),
      models: parts.models,
    });
    parts.button.addEventListener("click", () => this.show());
  }

  show() {
    if (this.#conversation.id) this.view.show();
  }

  /** The tree may have changed. */
  refresh() {
    this.view.refresh();
  }

  /** Shows a message, on a branch that is remembered from now on. @param {string} id */
  jump(id) {
    this.view.close();
    return this.branching.attempt(async () => {
      const { id: conversation } = this.#conversation;
      await this.api.select(conversation, id);
      this.place.go(conversation, id);
    });
  }

  get #conversation() {
    return this.session().conversation;
  }

  async #load(opened) {
    const { conversation, transcript } = this.session();
    const stored = transcript.turns.findLast(({ turn }) => !turn.pending);
    const { entries } = await this.api.tree(conversation.id, stored?.id ?? null, opened);
    return entries;
  }

  /** With the end of the branch that is shown. */
  #compare(id) {
    const { boxes, here } = this.view.map;
    const named = ({ entry }) => ({ id: entry.id, label: entry.name || asked(entry) });
    this.branching.comparing().showTwo([named(here), named(boxes.get(id))]);
  }

  #branches() {
    const { branching } = this;
    return {
      of: (id) => branching.of(id),
      copyLink: (id, button) => branching.copyLink(id, button),
      fork: (id) => {
        this.view.close();
        branching.fork(id);
      },
      compare: (id) => this.#compare(id),
      isCompared: (id) => this.view.map.here?.entry.id !== id,
      name: (id) => branching.name(id),
      pin: (id) => branching.pin(id),
      remove: (id) => branching.remove(id, this.view.map.boxes.get(id).entry.question),
    };
  }
}
