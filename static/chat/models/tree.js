// A conversation is a tree of responses; what is shown is one path through it. Below one parent,
// responses with the same input are answers to one question (retries); different inputs are
// versions of the question (edits). Of a long conversation only a part is here: it begins with
// those whose parent is not.

/**
 * @typedef {{id: string, previous_response_id: string | null, retry_of: string | null,
 *   selected_child_id?: string | null, status?: string, created_at?: number,
 *   shown_at?: number | null}} Node
 * @typedef {{index: number, count: number, previous: string | null, next: string | null}} Siblings
 */

export class Tree {
  /**
   * @param {Node[]} nodes oldest first
   * @param {string | null} selectedRootId
   */
  constructor(nodes = [], selectedRootId = null) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    this.below = /** @type {Map<string | null, string[]>} */ (new Map());
    for (const node of nodes) this.#hang(node);
    this.selected = new Map(nodes.map((node) => [node.id, node.selected_child_id ?? null]));
    this.selected.set(null, selectedRootId);
    this.latest = new Map(); // question → the answer to it that was shown last
  }

  /** @param {string | null} parent @returns {string[]} ids, oldest first */
  children(parent) {
    return this.below.get(parent) ?? [];
  }

  /** @param {string} id @returns {string | null} what it follows, which need not be here */
  parent(id) {
    return this.nodes.get(id).previous_response_id ?? null;
  }

  /** @returns {string[]} ids from the first to the end of the branch shown */
  path() {
    const ids = new Set();
    let next = this.#choice(null);
    while (next && !ids.has(next)) {
      ids.add(next);
      next = this.#choice(next);
    }
    return [...ids];
  }

  /** @param {string} id @returns {string | null} what follows it where it is shown */
  next(id) {
    return this.#choice(id);
  }

  /** @param {string} id @returns {Siblings} the versions of this response's question */
  questions(id) {
    const groups = this.#groups(id);
    const questions = [...groups.keys()];
    const at = questions.indexOf(this.question(id));
    return siblings(at, questions, (question) => this.#shownAnswer(question, groups.get(question)));
  }

  /** @param {string} id @returns {Siblings} the answers to this response's question */
  answers(id) {
    const answers = this.#groups(id).get(this.question(id));
    return siblings(answers.indexOf(id), answers, (answer) => answer);
  }

  /** @param {string} id @returns {string[]} the answers to this response's question, oldest first */
  answersTo(id) {
    return this.#groups(id).get(this.question(id));
  }

  /** @param {string} id @returns {string} the first response with the same question */
  question(id) {
    const node = this.nodes.get(id);
    return node.retry_of ?? node.id;
  }

  /** Shows the branch that leads to this response; what was chosen below it stays. @param {string} id */
  select(id) {
    for (let at = id; at !== null; at = this.#above(at)) {
      this.selected.set(this.#above(at), at);
      this.latest.set(this.question(at), at);
    }
  }

  /** Takes in what is beside and between other responses. @param {Node[]} nodes oldest first */
  extend(nodes) {
    const fresh = new Set(nodes.map(({ id }) => id));
    const all = [...nodes, ...[...this.nodes.values()].filter(({ id }) => !fresh.has(id))];
    this.nodes = new Map(all.map((node) => [node.id, node]));
    this.below = new Map();
    for (const node of all) this.#hang(node);
    for (const { id, selected_child_id: chosen } of nodes) {
      if (!this.nodes.has(this.selected.get(id))) this.selected.set(id, chosen ?? null);
    }
  }

  /** @param {Node} node a new response, shown at once */
  add(node) {
    this.hang(node);
    this.select(node.id);
  }

  /** @param {Node} node a new response; what is shown stays, unless it goes on there */
  hang(node) {
    this.nodes.set(node.id, node);
    this.#hang(node);
    this.selected.set(node.id, node.selected_child_id ?? null);
  }

  /** @param {string} id */
  remove(id) {
    const parent = this.#above(id);
    this.nodes.delete(id);
    this.below.set(
      parent,
      this.children(parent).filter((child) => child !== id),
    );
    if (this.selected.get(parent) === id) this.selected.set(parent, null);
  }

  /** Takes one response away and leaves those below it. @param {string} id */
  lift(id) {
    this.#putBelow(id, this.parent(id));
  }

  /** Puts a stored response where another was; those below it go along. @param {string} id @param {Node} node */
  replace(id, node) {
    if (!this.nodes.has(node.id)) this.hang(node);
    this.#putBelow(id, node.id);
  }

  /** Removes a response, and hangs those below it elsewhere. */
  #putBelow(id, parent) {
    const wasShown = this.path().includes(id);
    const below = this.children(id).map((child) => this.nodes.get(child));
    this.remove(id);
    this.below.delete(id);
    for (const node of below) this.hang({ ...node, previous_response_id: parent });
    const next = below.at(-1)?.id ?? parent;
    if (wasShown && this.nodes.has(next)) this.select(next);
  }

  #hang(node) {
    const parent = this.#above(node.id);
    this.below.set(parent, [...this.children(parent), node.id]);
  }

  /** What it hangs below: null for the first ones here. */
  #above(id) {
    const parent = this.parent(id);
    return this.nodes.has(parent) ? parent : null;
  }

  #choice(parent) {
    const chosen = this.selected.get(parent);
    return this.nodes.has(chosen) ? chosen : (this.children(parent).at(-1) ?? null);
  }

  /** @returns {Map<string, string[]>} question → its answers, among the siblings of `id` */
  #groups(id) {
    const groups = new Map();
    for (const sibling of this.children(this.#above(id))) {
      const question = this.question(sibling);
      groups.set(question, [...(groups.get(question) ?? []), sibling]);
    }
    return groups;
  }

  #shownAnswer(question, answers) {
    const latest = this.latest.get(question);
    if (answers.includes(latest)) return latest;
    // As the server remembers it: the one chosen last, or made since.
    const shown = (id) => this.nodes.get(id).shown_at ?? this.nodes.get(id).created_at ?? 0;
    return answers.reduce((one, other) => (shown(other) >= shown(one) ? other : one));
  }
}

function siblings(index, all, target) {
  const step = (to) => (to >= 0 && to < all.length ? target(all[to]) : null);
  return { index, count: all.length, previous: step(index - 1), next: step(index + 1) };
}
