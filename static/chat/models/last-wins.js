// What is chosen quickly is said in order, one at a time: what somebody else remembers is then what
// was chosen last. What was overtaken before its turn came is not said at all.

/**
 * @template T
 * @param {(choice: string) => Promise<T>} say
 * @returns {(choice: string) => Promise<T | null>} null for what was overtaken
 */
export function lastWins(say) {
  let last = /** @type {symbol | null} */ (null);
  let before = /** @type {Promise<unknown>} */ (Promise.resolve());
  return (choice) => {
    const own = (last = Symbol(choice));
    const turn = () => (own === last ? say(choice) : null);
    const said = before.then(turn, turn);
    before = said;
    return said;
  };
}
