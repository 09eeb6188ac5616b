// Which answers of the open conversation can be compared, and with what.
import { CompareView } from "./elements/compare.js";
import { message } from "./messages.js";

export class Comparing {
  /**
   * @param {object} parts
   * @param {HTMLDialogElement} parts.dialog
   * @param {import("./api.js").Api} parts.api
   * @param {() => import("./session.js").Session} parts.session
   * @param {import("./place.js").Place} parts.place
   * @param {(id: string) => {name: string}} parts.markOf
   * @param {(id: string) => void} parts.jump to a message
   * @param {{id: string, label: string}[]} parts.models
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.view = new CompareView(parts.dialog, {
      load: (one, other) => this.#load(one, other),
      jump: (id) => this.jump(id),
      failed: (error) => this.place.failed(error),
      models: parts.models,
    });
  }

  /** @param {string} id @returns {boolean} whether there is anything beside it */
  isOffered(id) {
    return this.#siblings(id).length > 1;
  }

  /** Compares an answer with the one beside it. @param {string} id */
  show(id) {
    const { tree } = this.session().conversation;
    const siblings = this.#siblings(id);
    const nearest = [tree.answers(id), tree.questions(id)].flatMap(({ previous, next }) => [previous, next]);
    const other = nearest.find(Boolean) ?? siblings.find((one) => one !== id);
    const inOrder = [id, other].sort((a, b) => siblings.indexOf(a) - siblings.indexOf(b));
    this.view.show(siblings.map((one, index) => this.#candidate(one, index, siblings)), ...inOrder);
  }

  /** Compares any two. @param {import("./elements/compare.js").Candidate[]} two */
  showTwo(two) {
    this.view.show(two, two[0].id, two[1].id);
  }

  #siblings(id) {
    const { tree } = this.session().conversation;
    return tree.children(tree.parent(id));
  }

  #candidate(id, index, { length: count }) {
    const { name } = this.markOf(id);
    const position = message("positionLabel", { index: index + 1, count });
    return { id, label: [position, name].filter(Boolean).join(" · ") };
  }

  async #load(one, other) {
    const { id } = this.session().conversation;
    const { responses } = await this.api.compare(id, one, other);
    return responses;
  }
}
