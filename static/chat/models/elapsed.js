// How long something has lasted, told by a clock that may differ from the server's.

/** @param {number} seconds @returns {string} as a stopwatch shows it: 0:07, 12:30, 1:02:03 */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/** The server's time, as far as this browser can know it, in Unix seconds. */
export class ServerClock {
  /**
   * @param {number | null | undefined} time the server's just now, if it said so
   * @param {() => number} wall this browser's time in Unix seconds; people may set it
   * @param {() => number} steady seconds that nobody can set, but that may stop while it sleeps
   */
  constructor(time, wall = () => Date.now() / 1000, steady = () => performance.now() / 1000) {
    this.wall = wall;
    this.steady = steady;
    this.last = { wall: wall(), steady: steady() };
    this.ahead = typeof time === "number" ? time - this.last.wall : 0;
  }

  /** @returns {number} it never goes back */
  now() {
    const last = this.last;
    this.last = { wall: this.wall(), steady: this.steady() };
    const setBack = this.last.steady - last.steady - (this.last.wall - last.wall);
    this.ahead += Math.max(0, setBack);
    return this.last.wall + this.ahead;
  }

  /** Something happened at this time of the server's: it can't be earlier there now. */
  saw(time) {
    this.ahead += Math.max(0, (time ?? 0) - this.now());
  }
}
