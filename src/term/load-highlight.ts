import type { Emitter, HLJSApi, LanguageFn } from "highlight.js";

/** A piece of code and highlight.js's name for what it is; "" for plain. May span lines. */
export interface CodeToken {
  readonly text: string;
  readonly scope: string;
}

/** Code to tokens; the texts together are the code. Never throws. */
export type CodeLexer = (code: string) => readonly CodeToken[];

type LanguageLoader = () => Promise<{ readonly default: LanguageFn }>;

/** By highlight.js's name. Each is fetched when the first block in it is shown. */
const languages: Readonly<Record<string, LanguageLoader>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  clojure: () => import("highlight.js/lib/languages/clojure"),
  cmake: () => import("highlight.js/lib/languages/cmake"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  dart: () => import("highlight.js/lib/languages/dart"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  elixir: () => import("highlight.js/lib/languages/elixir"),
  erlang: () => import("highlight.js/lib/languages/erlang"),
  fsharp: () => import("highlight.js/lib/languages/fsharp"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  groovy: () => import("highlight.js/lib/languages/groovy"),
  haskell: () => import("highlight.js/lib/languages/haskell"),
  http: () => import("highlight.js/lib/languages/http"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  julia: () => import("highlight.js/lib/languages/julia"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  latex: () => import("highlight.js/lib/languages/latex"),
  less: () => import("highlight.js/lib/languages/less"),
  lisp: () => import("highlight.js/lib/languages/lisp"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  nginx: () => import("highlight.js/lib/languages/nginx"),
  nix: () => import("highlight.js/lib/languages/nix"),
  objectivec: () => import("highlight.js/lib/languages/objectivec"),
  ocaml: () => import("highlight.js/lib/languages/ocaml"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  powershell: () => import("highlight.js/lib/languages/powershell"),
  properties: () => import("highlight.js/lib/languages/properties"),
  protobuf: () => import("highlight.js/lib/languages/protobuf"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scss: () => import("highlight.js/lib/languages/scss"),
  shell: () => import("highlight.js/lib/languages/shell"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  vim: () => import("highlight.js/lib/languages/vim"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

/** Languages that another one embeds, fetched with it. */
const embedded: Readonly<Record<string, readonly string[]>> = {
  xml: ["css", "javascript"],
  markdown: ["xml"],
  shell: ["bash"],
  http: ["json"],
  php: ["xml"],
};

/** Collects tokens instead of HTML. */
class TokenEmitter implements Emitter {
  readonly tokens: CodeToken[] = [];
  readonly #scopes: string[] = [];

  startScope(name: string): void {
    this.#scopes.push(name);
  }

  endScope(): void {
    this.#scopes.pop();
  }

  /** Called as well, though not in the published interface. */
  openNode(name: string): void {
    this.startScope(name);
  }

  closeNode(): void {
    this.endScope();
  }

  addText(text: string): void {
    if (text !== "") this.tokens.push({ text, scope: this.#scopes.at(-1) ?? "" });
  }

  toHTML(): string {
    return "";
  }

  finalize(): void {
    this.#scopes.length = 0;
  }

  __addSublanguage(emitter: Emitter, _name: string): void {
    if (emitter instanceof TokenEmitter) this.tokens.push(...emitter.tokens);
  }
}

let core: Promise<HLJSApi> | null = null;

async function loadCore(): Promise<HLJSApi> {
  const { default: highlighter } = await import("highlight.js/lib/core");
  highlighter.configure({ __emitter: TokenEmitter });
  return highlighter;
}

/** Costs 3 ms for the core, once, and about 1 ms a language. Null for a language that is not in the table. */
export async function loadHighlight(language: string): Promise<CodeLexer | null> {
  if (!Object.hasOwn(languages, language)) return null;
  const names = [language, ...(embedded[language] ?? [])];
  core ??= loadCore();
  const highlighter = await core;
  for (const name of names) {
    if (highlighter.getLanguage(name) !== undefined) continue;
    const module = await languages[name]?.();
    if (module !== undefined) highlighter.registerLanguage(name, module.default);
  }
  return (code) => {
    const { _emitter: emitter } = highlighter.highlight(code, { language, ignoreIllegals: true });
    // After an error of a grammar the tokens stop early.
    const tokens = emitter instanceof TokenEmitter ? emitter.tokens : [];
    const length = tokens.reduce((sum, token) => sum + token.text.length, 0);
    return length === code.length ? tokens : [{ text: code, scope: "" }];
  };
}
