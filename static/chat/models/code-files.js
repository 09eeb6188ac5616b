// What a file is called that code is saved to: by the language that its fence names.

const ENDINGS = {
  ada: "adb",
  bash: "sh",
  batch: "bat",
  clojure: "clj",
  cplusplus: "cpp",
  csharp: "cs",
  delphi: "pas",
  dos: "bat",
  elixir: "ex",
  erlang: "erl",
  fortran: "f90",
  fsharp: "fs",
  golang: "go",
  graphql: "graphql",
  haskell: "hs",
  javascript: "js",
  jsx: "jsx",
  julia: "jl",
  kotlin: "kt",
  latex: "tex",
  markdown: "md",
  matlab: "m",
  mermaid: "mmd",
  objectivec: "m",
  ocaml: "ml",
  perl: "pl",
  plaintext: "txt",
  powershell: "ps1",
  prolog: "pl",
  python: "py",
  ruby: "rb",
  rust: "rs",
  scss: "scss",
  shell: "sh",
  stata: "do",
  text: "txt",
  typescript: "ts",
  vbnet: "vb",
  verilog: "v",
  yaml: "yaml",
  zsh: "sh",
};
const NAMES = { cmake: "CMakeLists.txt", dockerfile: "Dockerfile", makefile: "Makefile" };

/** @param {string} [language] @returns {string} */
export function fileNameFor(language = "") {
  const name = language.toLowerCase();
  if (Object.hasOwn(NAMES, name)) return NAMES[name];
  const known = Object.hasOwn(ENDINGS, name) ? ENDINGS[name] : null;
  // A short name that is no language of the table is most often the ending itself: c, css, sql, tsx.
  const ending = known ?? (/^[a-z][a-z0-9]{0,4}$/.test(name) ? name : "txt");
  return `code.${ending}`;
}
