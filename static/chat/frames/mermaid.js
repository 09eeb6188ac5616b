// Draws diagrams for the page around this frame, which is sandboxed: no origin, no network, nothing
// of anybody's. What a diagram's text does to the library stays in here; only the picture leaves.
import mermaid from "../../vendor/mermaid/mermaid.mjs";

const PAGE = location.origin; // of the address: the frame itself has none
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif';
/** What the text of a diagram must not decide. */
const FIXED = ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "htmlLabels", "flowchart", "fontFamily", "themeCSS", "suppressErrorRendering"];

/** The page's own colours, without shadows and gradients. */
const LIGHT = ["#fdfdfc", "#f0f0eb", "#1d1d1a", "#b9b9b0", "#5f5f58", "#e5f0ed"];
const DARK = ["#1a1a18", "#2b2b28", "#ebebe5", "#5c5c56", "#a6a69d", "#1f302c"];

function coloursOf(dark) {
  const [paper, fill, ink, border, line, second] = dark ? DARK : LIGHT;
  return {
    darkMode: dark,
    background: paper,
    primaryColor: fill,
    primaryTextColor: ink,
    primaryBorderColor: border,
    secondaryColor: second,
    tertiaryColor: paper,
    lineColor: line,
    textColor: ink,
    edgeLabelBackground: paper,
    useGradient: false,
    dropShadow: "none",
  };
}

let drawn = 0;
let last = Promise.resolve();

addEventListener("message", ({ data, source, origin }) => {
  if (source !== parent || origin !== PAGE) return;
  // One after the other: the library keeps its settings for itself.
  last = last.then(() => draw(data));
});

async function draw({ id, source, dark }) {
  try {
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      secure: FIXED,
      theme: "base",
      themeVariables: coloursOf(dark),
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      fontFamily: FONT,
      suppressErrorRendering: true,
    });
    const { svg } = await mermaid.render(`diagram-${++drawn}`, source);
    answer({ id, svg: standalone(svg) });
  } catch (error) {
    answer({ id, error: String(error?.message ?? error).slice(0, 500) });
  }
}

/** As a file of its own: well-formed, and as large as what is drawn in it. */
function standalone(text) {
  const holder = document.createElement("div");
  holder.innerHTML = text;
  const svg = holder.querySelector("svg");
  const { width, height } = svg.viewBox.baseVal;
  if (width && height) {
    svg.setAttribute("width", String(Math.ceil(width)));
    svg.setAttribute("height", String(Math.ceil(height)));
  }
  svg.style.removeProperty("max-width");
  return new XMLSerializer().serializeToString(svg);
}

const answer = (message) => parent.postMessage(message, PAGE);

answer({ ready: true });
