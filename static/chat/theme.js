// A classic script that blocks the first paint on purpose: what the person chose (colours, sidebar)
// must hold before anything is drawn, and the Content-Security-Policy allows no inline script.
(function () {
  const root = document.documentElement;
  function remembered(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden; the defaults are right then
    }
  }
  root.dataset.theme = remembered("theme") || "system";
  root.dataset.sidebar = remembered("sidebar") || "open";
  root.classList.add("js");
})();
