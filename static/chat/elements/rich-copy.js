// A selection goes to the clipboard as clean rich text: what was written, without our colours,
// buttons and numbers; formulas as their source.

const OURS =
  "button, svg, .code-head, .katex-html, .status, .tools, .visually-hidden, [hidden], template";
const KEPT = new Set(["href", "src", "alt", "start", "colspan", "rowspan"]);

/** @param {HTMLElement} root what is selected in it is copied so from now on */
export function copyRich(root) {
  root.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!event.clipboardData || !selection?.rangeCount || selection.isCollapsed) return;
    if (event.target.closest?.("textarea, input")) return;
    const holder = document.createElement("div");
    const range = selection.getRangeAt(0);
    holder.append(range.cloneContents());
    const hasMath = holder.querySelector(".math, .katex") !== null;
    clean(holder);
    event.clipboardData.setData("text/html", holder.innerHTML);
    event.clipboardData.setData("text/plain", hasMath ? textOf(holder, root) : selection.toString());
    event.preventDefault();
  });
}

function clean(holder) {
  for (const math of holder.querySelectorAll(".math")) {
    const source = math.querySelector("annotation")?.textContent ?? math.textContent;
    math.textContent = math.classList.contains("math-display") ? `$$${source}$$` : `$${source}$`;
  }
  for (const ours of holder.querySelectorAll(OURS)) ours.remove();
  for (const code of holder.querySelectorAll("pre > code")) code.textContent = code.textContent;
  for (const node of holder.querySelectorAll("*"))
    for (const { name } of [...node.attributes]) if (!KEPT.has(name)) node.removeAttribute(name);
  for (const bare of holder.querySelectorAll("span, div, article")) {
    if (bare.localName === "span") bare.replaceWith(...bare.childNodes);
    else if (!bare.textContent.trim() && !bare.querySelector("img")) bare.remove();
  }
}

/** As lines and paragraphs, which only what is laid out has. */
function textOf(holder, root) {
  holder.className = "visually-hidden";
  root.append(holder);
  const text = holder.innerText;
  holder.remove();
  return text;
}
