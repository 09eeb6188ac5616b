// Icons that a script chooses.

/** @param {ParentNode} root @param {string} name of a symbol in the page's icon set */
export function showIcon(root, name) {
  const use = root.querySelector("use");
  const target = `#icon-${name}`;
  if (use.getAttribute("href") !== target) use.setAttribute("href", target);
}
