// How large a picture is shown, and which part of it: 1 is as large as the window allows.

const STEP = 1.25;
const LARGEST = 12;

export class Zoom {
  constructor() {
    this.fit();
  }

  fit() {
    this.scale = 1;
    this.x = 0;
    this.y = 0;
  }

  get isFit() {
    return this.scale === 1;
  }

  get percent() {
    return Math.round(this.scale * 100);
  }

  get transform() {
    return `translate(${Math.round(this.x)}px, ${Math.round(this.y)}px) scale(${this.scale})`;
  }

  /**
   * @param {number} steps larger, or smaller where it is below 0
   * @param {{x: number, y: number}} point stays where it is, counted from the middle
   */
  by(steps, point = { x: 0, y: 0 }) {
    const scale = Math.min(LARGEST, Math.max(1, this.scale * STEP ** steps));
    const factor = scale / this.scale;
    this.x = point.x - (point.x - this.x) * factor;
    this.y = point.y - (point.y - this.y) * factor;
    this.scale = scale;
    if (this.isFit) this.fit();
  }

  /** Whole pictures have nothing to move to. */
  move(x, y) {
    if (this.isFit) return;
    this.x += x;
    this.y += y;
  }
}
