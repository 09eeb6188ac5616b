// A picture as large as the window, and larger: buttons, the wheel, + and − and 0 zoom, dragging and
// the arrow keys move it, Esc closes and gives the focus back.
import { message } from "../messages.js";
import { endingOf } from "../models/images.js";
import { Zoom } from "../models/zoom.js";
import { announceAtRest } from "./announcer.js";
import { clone, part } from "./dom.js";
import { saveFrom } from "./save.js";

let box = /** @type {Lightbox | null} */ (null);

/** @param {{src: string, alt: string, name?: string}} picture `name`: the file's, where it has one */
export function openLightbox(picture) {
  box ??= new Lightbox(/** @type {HTMLDialogElement} */ (document.getElementById("lightbox")));
  box.open(picture);
}

class Lightbox {
  constructor(dialog) {
    this.dialog = dialog;
    this.stage = part(dialog, "stage");
    this.image = /** @type {HTMLImageElement} */ (part(dialog, "image"));
    this.zoom = new Zoom();
    const acts = { in: () => this.#by(1), out: () => this.#by(-1), fit: () => this.#fit() };
    for (const [name, act] of Object.entries(acts))
      part(dialog, `zoom-${name}`).addEventListener("click", act);
    part(dialog, "download").addEventListener("click", () => this.#download());
    this.stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.stage.addEventListener("pointerdown", (event) => this.#grab(event));
    this.stage.addEventListener("dblclick", () => (this.zoom.isFit ? this.#by(2) : this.#fit()));
    dialog.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("close", () => this.image.removeAttribute("src"));
  }

  open(picture) {
    this.picture = picture;
    this.image.src = picture.src;
    this.image.alt = picture.alt;
    part(this.dialog, "caption").textContent = picture.alt;
    this.zoom.fit();
    this.#show();
    this.dialog.showModal();
    part(this.dialog, "close").focus();
  }

  #by(steps, point) {
    this.zoom.by(steps, point);
    this.#show();
    announceAtRest(this.#percent);
  }

  #fit() {
    this.zoom.fit();
    this.#show();
    announceAtRest(this.#percent);
  }

  get #percent() {
    return message("percent", { percent: this.zoom.percent });
  }

  #show() {
    this.image.style.transform = this.zoom.transform;
    this.stage.classList.toggle("zoomed", !this.zoom.isFit);
    part(this.dialog, "percent").textContent = this.#percent;
  }

  #wheel(event) {
    event.preventDefault();
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    const point = { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
    this.#by(event.deltaY < 0 ? 0.5 : -0.5, point);
  }

  #grab(event) {
    if (event.button !== 0 || this.zoom.isFit) return;
    event.preventDefault();
    const { stage } = this;
    stage.setPointerCapture(event.pointerId);
    const move = ({ movementX, movementY }) => this.#move(movementX, movementY);
    const end = () => stage.removeEventListener("pointermove", move);
    stage.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"])
      stage.addEventListener(name, end, { once: true });
  }

  #move(x, y) {
    this.zoom.move(x, y);
    this.#show();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = {
      ArrowLeft: [60, 0],
      ArrowRight: [-60, 0],
      ArrowUp: [0, 60],
      ArrowDown: [0, -60],
    };
    if (event.key in moves) this.#move(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.#by(1);
    else if (event.key === "-") this.#by(-1);
    else if (event.key === "0") this.#fit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #download() {
    const { src, name } = this.picture;
    saveFrom(name ?? `image.${endingOf(src)}`, src);
  }
}

/**
 * A picture in an answer, which opens large.
 * @param {string} url what an <img> may show @param {string} alt
 * @param {string} [name] of the file it is saved to @returns {HTMLElement} a button
 */
export function picture(url, alt, name) {
  const node = clone("picture");
  node.addEventListener("click", () => {
    const { src, alt: words } = part(node, "image");
    openLightbox({ src, alt: words, name: node.dataset.name });
  });
  showPicture(node, url, alt, name);
  return node;
}

/** Shows another picture in its place; the one before it stays until that is there. */
export function showPicture(node, url, alt, name) {
  if (name) node.dataset.name = name;
  const image = part(node, "image");
  if (image.getAttribute("src") !== url) image.src = url;
  if (image.alt !== alt) image.alt = alt;
  node.setAttribute("aria-label", message("enlarge", { picture: alt }));
}
