// A day as the page's language writes it.
const calendar = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
  dateStyle: "medium",
});

/** @param {string | number | Date} when @returns {string} */
export const dayOf = (when) => calendar.format(new Date(when));
