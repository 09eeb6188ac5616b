// The map of the whole tree: drawn where it can be seen, moved through by arrows, dragged and zoomed.
import { message } from "../messages.js";
import { fitting, HEIGHT, lineTo, TreeMap, WIDTH, within } from "../models/tree-map.js";
import { clone, onAction, part, setText } from "./dom.js";
import { asked, MapNode } from "./map-node.js";

const STEP = 1.25; // of a zoom by button or key
const WHEEL = 0.004; // of a zoom, for each pixel that a wheel turned
const BEYOND = 300; // pixels around the view that are drawn as well
const MOVES = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]);

/**
 * @typedef {object} MapActions
 * @property {(opened: string[]) => Promise<object[]>} load the entries, with these runs opened
 * @property {(id: string) => void} jump to a message, on its branch
 * @property {import("./actions.js").Branches} branches
 * @property {(error: Error) => void} failed
 * @property {{id: string, label: string}[]} models
 */

export class TreeMapView {
  /** @param {HTMLDialogElement} dialog @param {MapActions} actions */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.view = part(dialog, "view");
    this.plane = part(dialog, "plane");
    this.nodes = /** @type {Map<string, MapNode>} */ (new Map());
    this.opened = /** @type {Set<string>} */ (new Set());
    this.map = new TreeMap([]);
    this.scale = 1;
    this.current = null; // the box that the keyboard is at
    this.pinch = null;
    onAction(dialog, "zoom-in", () => this.zoom(this.scale * STEP));
    onAction(dialog, "zoom-out", () => this.zoom(this.scale / STEP));
    onAction(dialog, "zoom-fit", () => this.#fit());
    onAction(dialog, "here", () => this.#goTo(this.map.here));
    this.view.addEventListener("scroll", () => this.#drawSoon(), { passive: true });
    this.view.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.view.addEventListener("pointerdown", (event) => this.#drag(event));
    for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"])
      this.view.addEventListener(type, (event) => this.#touch(event), { passive: false });
    this.plane.addEventListener("click", (event) => this.#clicked(event));
    this.plane.addEventListener("contextmenu", (event) => this.#menu(event));
    this.plane.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#drawSoon()).observe(this.view);
  }

  get isOpen() {
    return this.dialog.open;
  }

  async show() {
    this.opened.clear();
    this.scale = 1;
    await this.#load();
    if (!this.isOpen) this.dialog.showModal();
    this.#draw();
    this.#goTo(this.map.here);
  }

  close() {
    this.dialog.close();
  }

  /** Something has changed in the tree. */
  async refresh() {
    if (!this.isOpen) return;
    const held = this.plane.contains(document.activeElement);
    await this.#load();
    this.#draw();
    if (held) this.#focus();
  }

  /**
   * Changes the size, and leaves what is at a point where it is.
   * @param {number} scale
   * @param {{x: number, y: number}} at in the view; its middle
   */
  zoom(scale, at = { x: this.view.clientWidth / 2, y: this.view.clientHeight / 2 }) {
    const { view } = this;
    const next = within(scale);
    const factor = next / this.scale;
    const left = (view.scrollLeft + at.x) * factor - at.x;
    const top = (view.scrollTop + at.y) * factor - at.y;
    this.scale = next;
    this.#size();
    view.scrollTo(left, top);
    this.#draw();
  }

  async #load() {
    try {
      const entries = await this.actions.load([...this.opened]);
      const mirrored = getComputedStyle(this.dialog).direction === "rtl";
      this.map = new TreeMap(entries, { mirrored });
    } catch (error) {
      return this.actions.failed(error);
    }
    if (!this.map.boxes.has(this.current))
      this.current = (this.map.here ?? this.map.roots[0])?.entry.id ?? null;
    this.#size();
    this.#showMarked();
  }

  #size() {
    const { width, height } = this.map;
    const sheet = part(this.dialog, "sheet");
    sheet.style.width = `${width * this.scale}px`;
    sheet.style.height = `${height * this.scale}px`;
    this.plane.style.width = `${width}px`;
    this.plane.style.height = `${height}px`;
    this.plane.style.transform = `scale(${this.scale})`;
    this.plane.style.setProperty("--pixel", `${1 / this.scale}px`);
    setText(part(this.dialog, "scale"), message("percent", { percent: Math.round(this.scale * 100) }));
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.view;
    this.zoom(fitting(this.map, { width, height }));
  }

  #showMarked() {
    const list = part(this.dialog, "marked");
    list.hidden = !this.map.marked.length;
    list.replaceChildren(
      ...this.map.marked.map((entry) => {
        const item = clone("map-mark");
        item.classList.toggle("pinned", entry.pinned);
        part(item, "name").textContent = entry.name || asked(entry);
        item.firstElementChild.addEventListener("click", () => this.actions.jump(entry.id));
        return item;
      }),
    );
  }

  #drawSoon() {
    this.frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    if (!this.isOpen) return;
    const seen = this.#seen;
    const boxes = this.map.within(seen);
    const current = this.map.boxes.get(this.current);
    if (current && !boxes.includes(current)) boxes.push(current);
    const nodes = new Map(boxes.map((box) => [box.entry.id, this.#node(box)]));
    for (const [id, { node }] of this.nodes) if (!nodes.has(id)) node.remove();
    this.nodes = nodes;
    for (const { node } of nodes.values()) if (!node.isConnected) this.plane.append(node);
    const links = this.map.linked(seen);
    const [all, shown] = part(this.dialog, "lines").children;
    const isShown = ({ entry }) => entry.shown;
    all.setAttribute("d", links.filter((box) => !isShown(box)).map(lineTo).join(""));
    shown.setAttribute("d", links.filter(isShown).map(lineTo).join(""));
  }

  #node(box) {
    const { branches, models } = this.actions;
    const node = this.nodes.get(box.entry.id) ?? new MapNode(branches, models);
    node.update(box);
    node.mark(box.entry.id === this.current);
    return node;
  }

  get #seen() {
    const { scrollLeft: left, scrollTop: top, clientWidth: width, clientHeight: height } = this.view;
    return {
      left: (left - BEYOND) / this.scale,
      top: (top - BEYOND) / this.scale,
      right: (left + width + BEYOND) / this.scale,
      bottom: (top + height + BEYOND) / this.scale,
    };
  }

  /** Moves the keyboard to a box, and the box into view. */
  #goTo(box) {
    if (!box) return;
    this.current = box.entry.id;
    const { view, scale } = this;
    const middle = { x: (box.x + WIDTH / 2) * scale, y: (box.y + HEIGHT / 2) * scale };
    const inside = ({ x, y }) =>
      Math.abs(x - view.scrollLeft - view.clientWidth / 2) < view.clientWidth / 2 - (WIDTH * scale) / 2 &&
      Math.abs(y - view.scrollTop - view.clientHeight / 2) < view.clientHeight / 2 - HEIGHT * scale;
    if (!inside(middle))
      view.scrollTo(middle.x - view.clientWidth / 2, middle.y - view.clientHeight / 2);
    this.#draw();
    this.#focus();
  }

  #focus() {
    this.nodes.get(this.current)?.node.focus({ preventScroll: true });
  }

  #entryOf(event) {
    const id = event.target.closest?.(".map-node")?.dataset.id;
    return this.map.boxes.get(id)?.entry ?? null;
  }

  #clicked(event) {
    const entry = this.#entryOf(event);
    if (entry && !event.target.closest('[data-part="more"], .menu')) this.#choose(entry);
  }

  async #choose(entry) {
    this.current = entry.id;
    if (!entry.run) return this.actions.jump(entry.id);
    this.opened.add(entry.id);
    await this.#load();
    this.#goTo(this.map.boxes.get(entry.id));
  }

  #menu(event) {
    const entry = this.#entryOf(event);
    if (!entry || entry.run) return;
    event.preventDefault();
    this.nodes.get(entry.id).more.click();
  }

  #key(event) {
    const entry = this.#entryOf(event);
    const isHeld = event.ctrlKey || event.metaKey || event.altKey;
    if (!entry || isHeld || event.target.closest(".menu, button")) return;
    if (!this.#act(event.key, entry)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #act(key, entry) {
    const { branches } = this.actions;
    if (MOVES.has(key)) this.#goTo(this.map.neighbour(entry.id, key));
    else if (key === "Enter" || key === " ") this.#choose(entry);
    else if (key === "+" || key === "=") this.zoom(this.scale * STEP);
    else if (key === "-") this.zoom(this.scale / STEP);
    else if (key === "0") this.#fit();
    else if (entry.run) return false;
    else if (key === "F2") branches.name(entry.id);
    else if (key === "p" || key === "P") branches.pin(entry.id);
    else if (key === "Delete") branches.remove(entry.id);
    else return false;
    return true;
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(this.scale * Math.exp(-event.deltaY * WHEEL), this.#point(event));
  }

  /** A mouse drags the sheet; a finger scrolls it by itself. */
  #drag(event) {
    if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest(".map-node"))
      return;
    const { view } = this;
    const [left, top] = [view.scrollLeft + event.clientX, view.scrollTop + event.clientY];
    const move = ({ clientX, clientY }) => view.scrollTo(left - clientX, top - clientY);
    view.setPointerCapture(event.pointerId);
    view.classList.add("dragged");
    view.addEventListener("pointermove", move);
    view.addEventListener(
      "lostpointercapture",
      () => {
        view.classList.remove("dragged");
        view.removeEventListener("pointermove", move);
      },
      { once: true },
    );
  }

  /** Two fingers zoom. */
  #touch(event) {
    if (event.touches.length !== 2) {
      this.pinch = null;
      return;
    }
    event.preventDefault();
    const [one, other] = event.touches;
    const apart = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    this.pinch ??= { apart, scale: this.scale };
    const middle = {
      clientX: (one.clientX + other.clientX) / 2,
      clientY: (one.clientY + other.clientY) / 2,
    };
    this.zoom((this.pinch.scale * apart) / this.pinch.apart, this.#point(middle));
  }

  #point({ clientX, clientY }) {
    const { left, top } = this.view.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }
}
