// Puts the browser's modules and style sheets together, so that a page asks for a few files and not
// for each. What is loaded late (`import()`) stays apart. The pieces' names carry a hash of their
// content and end in .mjs, which collecting leaves as they are: each piece names the others by it.
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { build } from "esbuild";

const TARGET = "static/bundles";
const PIECES = `${TARGET}/pieces`;
const PAGES = ["review", "reading", "importing", "preferences"];
const CHAT = "static/chat/chat.js";
const TURNS = "static/chat/elements/turn-content.js"; // what a page with a conversation needs next

const shared = { bundle: true, minify: true, outdir: TARGET, logLevel: "warning", charset: "utf8" };
const modules = { ...shared, format: "esm", target: "es2022", outExtension: { ".js": ".mjs" } };
const split = { ...modules, splitting: true, metafile: true, chunkNames: "pieces/[name]-[hash]" };

await rm(TARGET, { recursive: true, force: true });
await build({ ...split, entryPoints: PAGES.map((name) => `static/chat/${name}.js`) });
// In one piece: what it shares with others would be cut into pieces that it asks for.
await build({ ...modules, entryPoints: ["static/chat/folder.js"] });
await build({ ...shared, entryPoints: ["static/chat/pages/chat.css"] });

const common = await commonOf(CHAT);
const piece = await buildCommon(common);
const { metafile } = await build({ ...split, entryPoints: [CHAT], plugins: [taking(common, piece)] });
const chat = `${TARGET}/chat.mjs`;
const text = await readFile(chat, "utf8");
await writeFile(chat, text.replaceAll(`"./${piece}"`, `"./pieces/${piece}"`));
await writePreloads();

/**
 * The modules that the page begins with and that what it loads late needs as well. Cut by who needs
 * what they would be many small pieces, each with a way of its own over the line; so they are one.
 */
async function commonOf(entry) {
  const { metafile } = await build({ ...split, entryPoints: [entry], write: false });
  const { inputs } = metafile;
  const follow = (path, found = new Set()) => {
    if (found.has(path)) return found;
    found.add(path);
    for (const each of inputs[path].imports)
      if (each.kind === "import-statement") follow(each.path, found);
    return found;
  };
  const imports = Object.values(inputs).flatMap((input) => input.imports);
  const late = imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => follow(path));
  return [...follow(entry)].filter((path) => late.some((paths) => paths.has(path))).sort();
}

/** One file with all of these, under the names that they export. @returns {Promise<string>} its name */
async function buildCommon(paths) {
  await refuseTwins(paths);
  const { metafile } = await build({
    ...modules,
    stdin: {
      contents: paths.map((path) => `export * from "./${path}";`).join("\n"),
      resolveDir: ".",
    },
    outdir: PIECES,
    entryNames: "common-[hash]",
    metafile: true,
  });
  return basename(Object.keys(metafile.outputs)[0]);
}

/** Of two that export the same name there would be none. */
async function refuseTwins(paths) {
  const apart = { ...modules, bundle: false, write: false, metafile: true };
  const { metafile } = await build({ ...apart, entryPoints: paths });
  const names = Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  const twins = names.filter((name, index) => name === "default" || names.indexOf(name) < index);
  if (twins.length) throw new Error(`exported by two common modules, or as a default: ${twins}`);
}

/** Whoever imports a common module takes it from that file. */
function taking(paths, piece) {
  const external = { path: `./${piece}`, external: true };
  const isCommon = ({ path, resolveDir }) => paths.includes(relative(".", join(resolveDir, path)));
  return {
    name: "taking",
    setup(build) {
      build.onResolve({ filter: /^\./ }, (wanted) => (isCommon(wanted) ? external : undefined));
    },
  };
}

/**
 * What the chat's script imports, and what draws a conversation with what that imports, so that a
 * page can ask for all of it at once, and not for each when the one before it has come.
 */
async function writePreloads() {
  const { outputs } = metafile;
  const imported = (path, found = new Set()) => {
    for (const each of outputs[path]?.imports ?? []) {
      if (each.kind !== "import-statement") continue;
      const name = each.external ? `${PIECES}/${piece}` : each.path;
      if (!found.has(name)) imported(name, found.add(name));
    }
    return found;
  };
  const turns = Object.keys(outputs).find((path) => outputs[path].entryPoint === TURNS);
  const begin = [...imported(chat)];
  const draw = [turns, ...imported(turns)].filter((path) => !begin.includes(path));
  const urls = (paths) => paths.map((path) => relative("static", path));
  await writeFile(`${TARGET}/preload.json`, JSON.stringify({ begin: urls(begin), draw: urls(draw) }));
}
