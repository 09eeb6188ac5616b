// Where everything stands on the map of a tree: the root at the top, siblings side by side, each
// parent above the middle of what follows it. Pure numbers, in pixels before zooming.

export const WIDTH = 208;
export const HEIGHT = 64;
const BESIDE = 20;
const BELOW = 32;
const EDGE = 16;

const SMALLEST = 0.05;
const LARGEST = 2;

/**
 * @typedef {object} Entry as the server writes it: a response, or a run of several
 * @property {string} id of the response, or of the first of the run
 * @property {string | null} parent
 * @property {number} run how many responses it stands for; 0 for one alone
 * @property {boolean} shown whether it is on the branch that is shown
 * @property {boolean} here whether that branch ends with it
 * @property {string} [name]
 * @property {boolean} [pinned]
 *
 * @typedef {object} Box
 * @property {Entry} entry
 * @property {number} x
 * @property {number} y
 * @property {number} level from 0
 * @property {Box | null} parent
 * @property {Box[]} children
 * @property {Box[]} siblings itself included
 *
 * @typedef {{left: number, top: number, right: number, bottom: number}} Rectangle
 */

export class TreeMap {
  /**
   * @param {Entry[]} entries each below its parent, siblings in their order
   * @param {{mirrored?: boolean}} options whether the first sibling stands on the right
   */
  constructor(entries, { mirrored = false } = {}) {
    this.boxes = /** @type {Map<string, Box>} */ (new Map());
    this.roots = /** @type {Box[]} */ ([]);
    this.mirrored = mirrored;
    for (const entry of entries) this.#hang(entry);
    this.#place();
    this.rows = Map.groupBy(
      [...this.boxes.values()].sort((one, other) => one.x - other.x),
      ({ level }) => level,
    );
    this.width = 2 * EDGE + this.#extent("x", WIDTH);
    this.height = 2 * EDGE + this.#extent("y", HEIGHT);
  }

  /** @returns {Box | undefined} the end of the branch that is shown */
  get here() {
    return [...this.boxes.values()].find(({ entry }) => entry.here);
  }

  /** @returns {Entry[]} the branches with a pin, then those with a name alone */
  get marked() {
    const entries = [...this.boxes.values()].map(({ entry }) => entry);
    const named = entries.filter(({ name, pinned }) => name && !pinned);
    return [...entries.filter(({ pinned }) => pinned), ...named];
  }

  /** @param {Rectangle} view @returns {Box[]} those of which something can be seen there */
  within({ left, top, right, bottom }) {
    return [...this.boxes.values()].filter(
      ({ x, y }) => x < right && x + WIDTH > left && y < bottom && y + HEIGHT > top,
    );
  }

  /** @param {Rectangle} view @returns {Box[]} those whose line to the parent passes there */
  linked({ left, top, right, bottom }) {
    return [...this.boxes.values()].filter(({ x, y, parent }) => {
      if (!parent || y < top || parent.y + HEIGHT > bottom) return false;
      return Math.min(x, parent.x) < right && Math.max(x, parent.x) + WIDTH > left;
    });
  }

  /**
   * @param {string} id
   * @param {string} key ArrowUp to the parent, ArrowDown to what follows, ArrowLeft and ArrowRight
   *   along the row, Home to the root, End to the end of the branch that is shown
   * @returns {Box | null} null where there is nothing
   */
  neighbour(id, key) {
    const box = this.boxes.get(id);
    if (!box) return null;
    const row = this.rows.get(box.level);
    const at = row.indexOf(box);
    switch (key) {
      case "ArrowUp":
        return box.parent;
      case "ArrowDown":
        return box.children.find(({ entry }) => entry.shown) ?? box.children[0] ?? null;
      case "ArrowLeft":
        return row[at - 1] ?? null;
      case "ArrowRight":
        return row[at + 1] ?? null;
      case "Home":
        return rootOf(box);
      case "End":
        return this.here ?? null;
      default:
        return null;
    }
  }

  #hang(entry) {
    const parent = this.boxes.get(entry.parent) ?? null;
    const siblings = parent?.children ?? this.roots;
    const level = parent ? parent.level + 1 : 0;
    const box = { entry, x: 0, y: EDGE + level * (HEIGHT + BELOW), level, parent, siblings };
    siblings.push(Object.assign(box, { children: [] }));
    this.boxes.set(entry.id, box);
  }

  /** Ends from left to right; above them, from the last one back, what they follow. */
  #place() {
    const boxes = [...this.boxes.values()];
    const ends = boxes.filter(({ children }) => !children.length);
    const order = this.mirrored ? ends.toReversed() : ends;
    order.forEach((box, column) => (box.x = EDGE + column * (WIDTH + BESIDE)));
    for (const box of boxes.toReversed()) {
      if (box.children.length) box.x = (box.children[0].x + box.children.at(-1).x) / 2;
    }
  }

  #extent(axis, size) {
    let furthest = EDGE - size;
    for (const box of this.boxes.values()) furthest = Math.max(furthest, box[axis]);
    return furthest + size - EDGE;
  }
}

/** @param {Box} box @returns {string} an SVG path from its parent down to it */
export function lineTo({ x, y, parent }) {
  const [from, to] = [parent.x + WIDTH / 2, x + WIDTH / 2];
  const top = parent.y + HEIGHT;
  const middle = (top + y) / 2;
  return from === to
    ? `M${from} ${top}V${y}`
    : `M${from} ${top}C${from} ${middle} ${to} ${middle} ${to} ${y}`;
}

/** @param {number} scale @returns {number} the nearest one that is allowed */
export const within = (scale) => Math.min(LARGEST, Math.max(SMALLEST, scale));

/** @param {TreeMap} map @param {{width: number, height: number}} view @returns {number} all of it */
export const fitting = (map, { width, height }) =>
  within(Math.min(1, width / map.width, height / map.height));

function rootOf(box) {
  let root = box;
  while (root.parent) root = root.parent;
  return root;
}
