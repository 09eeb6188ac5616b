// Amounts, shares and numbers as people write them.

const language = () => globalThis.document?.documentElement?.lang || undefined;

/** @param {{amount: string, currency: string}} cost @returns {string} to two figures */
export function money({ amount, currency }) {
  const value = Number(amount);
  // Cents are enough from a unit on; below, whatever it takes to tell it from nothing.
  const digits = value >= 1 || value === 0 ? {} : { maximumSignificantDigits: 2 };
  const format = { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits };
  return new Intl.NumberFormat(language(), format).format(value);
}

/** @param {number} share of one @returns {string} */
export function percent(share) {
  const digits = share < 0.1 ? 1 : 0;
  const format = { style: "percent", maximumFractionDigits: digits };
  return new Intl.NumberFormat(language(), format).format(share);
}

/** @param {number} value @returns {string} */
export const figures = (value) => new Intl.NumberFormat(language()).format(value);
