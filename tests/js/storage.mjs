// A browser's storage for tests; a broken one is full, or forbidden.

export function storage({ broken = false } = {}) {
  const values = new Map();
  const guard =
    (use) =>
    (...args) => {
      if (broken) throw new DOMException("full", "QuotaExceededError");
      return use(...args);
    };
  return {
    getItem: guard((key) => values.get(key) ?? null),
    setItem: guard((key, value) => void values.set(key, value)),
    removeItem: guard((key) => void values.delete(key)),
    key: guard((index) => [...values.keys()][index] ?? null),
    get length() {
      return guard(() => values.size)();
    },
  };
}
