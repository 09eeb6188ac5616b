// The choice of colours, kept in this browser. theme.js has it hold before anything is drawn.

const root = document.documentElement;
const YEAR = 365 * 24 * 60 * 60;

/** @param {ParentNode} parent of buttons, each with a colour to choose @param {string} state says which is chosen */
export function themeChoices(parent, state) {
  const choices = /** @type {HTMLElement[]} */ ([...parent.querySelectorAll("[data-theme-choice]")]);
  const show = () => {
    for (const choice of choices)
      choice.setAttribute(state, String(choice.dataset.themeChoice === root.dataset.theme));
  };
  for (const choice of choices) {
    choice.addEventListener("click", (event) => {
      event.preventDefault(); // on the page of settings it would be sent
      keep(choice.dataset.themeChoice);
      show();
    });
  }
  show();
}

/** Where cookies are forbidden the choice lasts as long as the page. */
function keep(theme) {
  root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}
