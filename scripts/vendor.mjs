// Copies the browser's libraries, as their packages ship them, to static/vendor (never committed).
// Bare imports become relative ones: an import map would need an inline script, which our
// Content-Security-Policy forbids.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";

const VENDOR = "static/vendor";

const FILES = {
  "markdown-it/dist/browser/markdown-it.esm.min.mjs": "markdown-it.js",
  "markdown-it-cjk-friendly/dist/index.js": "markdown-it-cjk-friendly.js",
  "get-east-asian-width/index.js": "get-east-asian-width/index.js",
  "get-east-asian-width/lookup.js": "get-east-asian-width/lookup.js",
  "get-east-asian-width/lookup-data.js": "get-east-asian-width/lookup-data.js",
  "get-east-asian-width/utilities.js": "get-east-asian-width/utilities.js",
  "dompurify/dist/purify.es.mjs": "dompurify.js",
  "@highlightjs/cdn-assets/es/core.min.js": "highlight/core.js",
  "katex/dist/katex.mjs": "katex/katex.js",
  "katex/dist/katex.min.css": "katex/katex.css",
  "katex/dist/fonts": "katex/fonts",
  // Under its own ending: names within it stay, because its pieces name each other by them.
  "mermaid/dist/mermaid.esm.min.mjs": "mermaid/mermaid.mjs",
  "mermaid/dist/chunks/mermaid.esm.min": "mermaid/chunks/mermaid.esm.min",
};

const GRAMMARS = "@highlightjs/cdn-assets/es/languages";

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
  await cp(`node_modules/${from}`, target, { recursive: true, filter: (path) => !path.endsWith(".map") });
  if (to.endsWith(".js")) await writeFile(target, relative(await readFile(target, "utf8")));
}

/** Which languages occur inside this one: a grammar names them anywhere in its rules. */
function embedded(rules, seen = new Set()) {
  if (typeof rules !== "object" || rules === null || seen.has(rules)) return [];
  seen.add(rules);
  const own = [rules.subLanguage].flat().filter((name) => typeof name === "string");
  return [...own, ...Object.values(rules).flatMap((value) => embedded(value, seen))];
}

/**
 * Each language is a file of its own, fetched when an answer first has code in it; the table of
 * them says by which names it goes and which others it needs.
 */
async function grammars() {
  const { default: hljs } = await import(`../node_modules/@highlightjs/cdn-assets/es/core.min.js`);
  await mkdir(`${VENDOR}/highlight/languages`, { recursive: true });
  const lines = [];
  const files = (await readdir(`node_modules/${GRAMMARS}`)).filter((file) => file.endsWith(".min.js"));
  for (const file of files.sort()) {
    const name = file.replace(".min.js", "");
    await cp(`node_modules/${GRAMMARS}/${file}`, `${VENDOR}/highlight/languages/${name}.js`);
    const { default: grammar } = await import(`../node_modules/${GRAMMARS}/${file}`);
    const rules = grammar(hljs);
    const needs = [...new Set(embedded(rules))].filter((other) => files.includes(`${other}.min.js`));
    const names = (rules.aliases ?? []).map((alias) => alias.toLowerCase());
    const load = `() => import("./languages/${name}.js")`;
    lines.push(`  ${JSON.stringify(name)}: { names: ${JSON.stringify(names)}, needs: ${JSON.stringify(needs)}, load: ${load} },`);
  }
  const table = `// Made by scripts/vendor.mjs.\nexport const LANGUAGES = {\n${lines.join("\n")}\n};\n`;
  await writeFile(`${VENDOR}/highlight/languages.js`, table);
}

await grammars();
