// Repeatable randomness for property tests: a failure names its seed.

/** @param {number} seed @returns {() => number} in [0, 1) */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** @template T @param {() => number} next @param {T[]} items @returns {T} */
export const pick = (next, items) => items[Math.floor(next() * items.length)];

/** Growing prefixes of a text, cut at random places; the last is the whole. */
export function* prefixes(next, text) {
  for (let end = 0; end < text.length;) {
    end = Math.min(text.length, end + 1 + Math.floor(next() ** 3 * 40));
    yield text.slice(0, end);
  }
}
