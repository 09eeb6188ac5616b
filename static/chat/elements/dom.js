// Small helpers for pages made of <template>s.

/** @param {string} id of a <template> @returns {HTMLElement} a copy of its one element */
export function clone(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}

/** @param {ParentNode} root @param {string} name @returns {HTMLElement} the part of that name */
export const part = (root, name) =>
  /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));

/** @param {ParentNode} root @param {string} action @param {(event: Event) => void} run */
export function onAction(root, action, run) {
  root.querySelector(`[data-action="${action}"]`).addEventListener("click", run);
}

/** Writes only what changed: the text under a reader's selection stays as it is. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Makes the children of `root` exactly `nodes`, moving as few as possible. */
export function setChildren(root, nodes) {
  nodes.forEach((node, index) => {
    if (root.children[index] !== node) root.insertBefore(node, root.children[index] ?? null);
  });
  while (root.children.length > nodes.length) root.lastElementChild.remove();
}

/** @param {HTMLTextAreaElement} area grows with its text; the style sheet sets the limit */
export function fit(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}
