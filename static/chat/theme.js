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
  // The window's frame: the page's two colours, each for its scheme, unless the person chose one.
  const frames = [...document.querySelectorAll("meta[name='theme-color']")];
  const [light, dark] = frames.map((frame) => frame.content);
  function colourFrame() {
    const chosen = { light: [light, light], dark: [dark, dark] }[root.dataset.theme];
    frames.forEach((frame, index) => (frame.content = (chosen ?? [light, dark])[index]));
  }
  new MutationObserver(colourFrame).observe(root, { attributeFilter: ["data-theme"] });
  // The cookie is the server's to read as well; the storage is where earlier versions kept it.
  const [, chosen] = /(?:^|; )theme=(light|dark|system)(?:;|$)/.exec(document.cookie) || [];
  root.dataset.theme = chosen || remembered("theme") || "system";
  root.dataset.sidebar = remembered("sidebar") || "open";
  root.classList.add("js");
})();
