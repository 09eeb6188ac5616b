// Puts a compressed copy beside each collected file that pages load at once: whoever serves them
// compresses nothing by itself.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const FOLDERS = ["staticfiles/bundles", "staticfiles/chat"];
const TEXT = /\.(css|mjs)$/;
const SMALLEST = 1000; // bytes; below that a copy saves nothing

for (const folder of FOLDERS) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !TEXT.test(entry.name)) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const content = await readFile(path);
    if (content.length < SMALLEST) continue;
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    await writeFile(`${path}.br`, brotliCompressSync(content, { params: size }));
    await writeFile(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}
