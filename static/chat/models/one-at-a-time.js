// Asking the same thing twice at once is a waste, and the slower answer may be the older one.

/**
 * @param {() => Promise<void>} act
 * @returns {() => Promise<void>} acts; called meanwhile, it acts once more after that
 */
export function oneAtATime(act) {
  let running = /** @type {Promise<void> | null} */ (null);
  let next = /** @type {Promise<void> | null} */ (null);
  const start = () => (running = act().finally(() => (running = null)));
  const startNext = () => ((next = null), start());
  return () => {
    if (!running) return start();
    return (next ??= running.then(startNext, startNext));
  };
}
