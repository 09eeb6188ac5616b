// The frame that draws: made for the first diagram, and made anew when one takes it too long.
const ADDRESS = "/frames/mermaid/";
const PATIENCE = 15_000; // ms, the library's first loading included

export class Drawing {
  #frame = null;
  #ready = null;
  #waiting = new Map();
  #last = 0;

  constructor() {
    addEventListener("message", (event) => this.#told(event));
  }

  /** @param {string} source @param {boolean} dark @returns {Promise<string>} an SVG document */
  async draw(source, dark) {
    const id = ++this.#last;
    let timer;
    const drawn = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      timer = setTimeout(() => this.#giveUp(), PATIENCE);
    });
    this.#open().then((frame) => frame.postMessage({ id, source, dark }, "*"));
    try {
      return await drawn;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  #open() {
    if (this.#ready) return this.#ready;
    this.#frame = document.createElement("iframe");
    this.#frame.setAttribute("sandbox", "allow-scripts");
    this.#frame.src = ADDRESS;
    this.#frame.className = "drawing-frame";
    this.#frame.tabIndex = -1;
    this.#frame.setAttribute("aria-hidden", "true");
    this.#ready = new Promise((resolve) => (this.loaded = resolve));
    document.body.append(this.#frame);
    return this.#ready;
  }

  /** Only the frame itself is believed, which has no origin. */
  #told({ source, origin, data }) {
    const drawer = this.#frame?.contentWindow;
    if (!drawer || source !== drawer || origin !== "null") return;
    if (data?.ready) return this.loaded(drawer);
    const waiting = this.#waiting.get(data?.id);
    if (typeof data?.svg === "string") waiting?.resolve(data.svg);
    else waiting?.reject(new Error(String(data?.error)));
  }

  #giveUp() {
    this.#frame?.remove();
    this.#frame = this.#ready = null;
    for (const { reject } of this.#waiting.values()) reject(new Error("It took too long."));
  }
}
