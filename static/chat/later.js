// Parts of the page that come after it.
import { backoff } from "./models/backoff.js";

/**
 * Tries until it is there: a page that could be loaded may have lost its line meanwhile.
 * @template Part
 * @param {() => Promise<Part>} load imports it
 * @param {{setTimeout: Function, random: () => number}} world
 * @returns {Promise<Part>}
 */
export async function untilThere(load, world) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => world.setTimeout(resolve, backoff(tries, world.random)));
    }
  }
}
