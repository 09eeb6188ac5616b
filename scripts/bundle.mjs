// Puts the browser's modules and style sheets together, so that a page asks for a few files and not
// for each. What is loaded late (`import()`) stays apart. The pieces' names carry a hash of their
// content and end in .mjs, which collecting leaves as they are: each piece names the others by it.
import { rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const TARGET = "static/bundles";
const PAGES = ["chat", "review", "reading", "importing", "preferences"];

await rm(TARGET, { recursive: true, force: true });
const shared = { bundle: true, minify: true, outdir: TARGET, logLevel: "warning", charset: "utf8" };
const { metafile } = await build({
  ...shared,
  metafile: true,
  entryPoints: PAGES.map((name) => `static/chat/${name}.js`),
  format: "esm",
  target: "es2022",
  splitting: true,
  outExtension: { ".js": ".mjs" },
  chunkNames: "pieces/[name]-[hash]",
});
// In one piece: what it shares with the chat would be cut into pieces that the chat asks for.
await build({
  ...shared,
  entryPoints: ["static/chat/folder.js"],
  format: "esm",
  target: "es2022",
  outExtension: { ".js": ".mjs" },
});
await build({ ...shared, entryPoints: ["static/chat/pages/chat.css"] });

// What the chat's script imports, and what that imports, so that a page can ask for all of it at
// once, and not for each when the one before it has come.
const found = new Set();
const follow = (path) => {
  for (const { path: piece, kind } of metafile.outputs[path].imports) {
    if (kind !== "import-statement" || found.has(piece)) continue;
    found.add(piece);
    follow(piece);
  }
};
follow(`${TARGET}/chat.mjs`);
const names = [...found].map((path) => path.slice("static/".length));
await writeFile(`${TARGET}/preload.json`, JSON.stringify(names));
