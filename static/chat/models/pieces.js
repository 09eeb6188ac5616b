// A file in pieces that a request may have.

const PIECE = 1024 * 1024;

/** @param {number} size in bytes @returns {Generator<{at: number, end: number}>} */
export function* pieces(size, piece = PIECE) {
  for (let at = 0; at < size; at += piece) yield { at, end: Math.min(at + piece, size) };
}
