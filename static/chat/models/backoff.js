// How long to wait before the next attempt to connect: doubling, with full jitter on the upper
// half, so that the browsers of a restarted server don't all come back at once.

const FIRST = 500;
const LONGEST = 8_000;

/**
 * @param {number} attempt 0 for the first attempt after a loss
 * @param {() => number} random in [0, 1)
 * @returns {number} milliseconds
 */
export function backoff(attempt, random) {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** attempt);
  return ceiling / 2 + (random() * ceiling) / 2;
}
