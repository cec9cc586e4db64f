/** Names that people write after ``` and endings of file names, where they differ from highlight.js's names. */
const aliases: Readonly<Record<string, string>> = {
  sh: "bash",
  zsh: "bash",
  fish: "bash",
  console: "shell",
  "shell-session": "shell",
  h: "c",
  cc: "cpp",
  cxx: "cpp",
  hpp: "cpp",
  "c++": "cpp",
  cs: "csharp",
  "c#": "csharp",
  clj: "clojure",
  ex: "elixir",
  exs: "elixir",
  erl: "erlang",
  fs: "fsharp",
  patch: "diff",
  docker: "dockerfile",
  golang: "go",
  gql: "graphql",
  gradle: "groovy",
  hs: "haskell",
  toml: "ini",
  cfg: "ini",
  conf: "ini",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsonc: "json",
  json5: "json",
  jsonl: "json",
  jl: "julia",
  kt: "kotlin",
  kts: "kotlin",
  tex: "latex",
  el: "lisp",
  make: "makefile",
  mk: "makefile",
  md: "markdown",
  mdx: "markdown",
  m: "objectivec",
  ml: "ocaml",
  pl: "perl",
  pm: "perl",
  ps1: "powershell",
  pwsh: "powershell",
  proto: "protobuf",
  py: "python",
  python3: "python",
  rb: "ruby",
  rs: "rust",
  sc: "scala",
  sass: "scss",
  psql: "sql",
  sqlite: "sql",
  ts: "typescript",
  tsx: "typescript",
  mts: "typescript",
  cts: "typescript",
  html: "xml",
  htm: "xml",
  svg: "xml",
  vue: "xml",
  svelte: "xml",
  plist: "xml",
  yml: "yaml",
};

const fileNames: Readonly<Record<string, string>> = {
  dockerfile: "dockerfile",
  makefile: "makefile",
  gnumakefile: "makefile",
  "cmakelists.txt": "cmake",
  gemfile: "ruby",
  rakefile: "ruby",
  ".bashrc": "bash",
  ".zshrc": "bash",
  ".profile": "bash",
  ".env": "properties",
};

/** Names come from anywhere, `constructor` among them: only the table's own count. */
function lookUp(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function knownName(name: string): string {
  return lookUp(aliases, name) ?? name;
}

/** highlight.js's name of a language as people write it; may be one that is not known. "" for none. */
export function languageOfName(name: string): string {
  return knownName(
    name
      .trim()
      .split(/[\s,{]/, 1)[0]
      ?.toLowerCase() ?? "",
  );
}

export function languageOfPath(path: string): string {
  const name = path.split(/[/\\]/).at(-1)?.toLowerCase() ?? "";
  const known = lookUp(fileNames, name);
  if (known !== undefined) return known;
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : knownName(name.slice(dot + 1));
}
