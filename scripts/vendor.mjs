// Copies the browser's libraries, as their packages ship them, to static/vendor (never committed).
// Bare imports become relative ones: an import map would need an inline script, which our
// Content-Security-Policy forbids.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const VENDOR = "static/vendor";

const FILES = {
  "markdown-it/dist/browser/markdown-it.esm.min.mjs": "markdown-it.js",
  "markdown-it-cjk-friendly/dist/index.js": "markdown-it-cjk-friendly.js",
  "get-east-asian-width/index.js": "get-east-asian-width/index.js",
  "get-east-asian-width/lookup.js": "get-east-asian-width/lookup.js",
  "get-east-asian-width/lookup-data.js": "get-east-asian-width/lookup-data.js",
  "get-east-asian-width/utilities.js": "get-east-asian-width/utilities.js",
  "dompurify/dist/purify.es.mjs": "dompurify.js",
  "@highlightjs/cdn-assets/es/highlight.min.js": "highlight.js",
  "katex/dist/katex.mjs": "katex/katex.js",
  "katex/dist/katex.min.css": "katex/katex.css",
  "katex/dist/fonts": "katex/fonts",
};

const BARE_IMPORTS = { "get-east-asian-width": "./get-east-asian-width/index.js" };

const IMPORT = /^((?:import|export)\b[^;"']*?from\s*)(["'])([\w@][^"']*)\2/gm;

function relative(source) {
  const withoutMaps = source.replace(/^\/\/# sourceMappingURL=.*$/gm, "");
  return withoutMaps.replace(IMPORT, (all, from, quote, name) => {
    const path = BARE_IMPORTS[name];
    if (!path) throw new Error(`no path for the bare import of ${name}`);
    return `${from}${quote}${path}${quote}`;
  });
}

await rm(VENDOR, { recursive: true, force: true });
await mkdir(VENDOR, { recursive: true });
for (const [from, to] of Object.entries(FILES)) {
  const target = `${VENDOR}/${to}`;
  await cp(`node_modules/${from}`, target, { recursive: true });
  if (to.endsWith(".js")) await writeFile(target, relative(await readFile(target, "utf8")));
}
