import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export const root = path.resolve(import.meta.dirname, "../..");

/** A file of the repository that git would track. */
export interface RepositoryFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface SyntaxFile extends RepositoryFile {
  readonly tree: ts.SourceFile;
}

/** A house rule. `check` returns one line an offence: where it is and what to do. */
export interface TidyRule {
  readonly name: string;
  readonly check: (files: readonly RepositoryFile[]) => string[];
}

const textFile = /\.(?:ts|mts|mjs|js|json|jsonc|md|sh|toml|yml|yaml|sql|txt)$|(?:^|\/)(?:LICENSE|\.[\w.-]+|[\w-]+)$/u;

/** Tracked files and new ones that are not ignored; text only. */
export function readRepository(): RepositoryFile[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return list
    .split("\0")
    .filter((file) => file !== "" && textFile.test(file))
    .filter((file) => existsSync(path.join(root, file)) && statSync(path.join(root, file)).isFile())
    .map((file) => ({ path: file, text: readFileSync(path.join(root, file), "utf8") }));
}

export function isTest(file: RepositoryFile): boolean {
  return file.path.endsWith(".test.ts");
}

/** TypeScript that people write: neither generated nor a fixture. */
export function isSource(file: RepositoryFile): boolean {
  return (
    /^(?:src|test|tools|bench)\/.*\.ts$/u.test(file.path) &&
    !file.path.endsWith(".generated.ts") &&
    !file.path.startsWith("test/fixtures/")
  );
}

/** Product code: what runs on a person's machine. */
export function isProduct(file: RepositoryFile): boolean {
  return file.path.startsWith("src/") && isSource(file) && !isTest(file);
}

const trees = new Map<string, ts.SourceFile>();

export function parse(file: RepositoryFile): SyntaxFile {
  const key = `${file.path}\0${file.text}`;
  const tree = trees.get(key) ?? ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  trees.set(key, tree);
  return { ...file, tree };
}

/** Calls `visit` with each node of the tree, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** `path:line`, as editors open it. */
function place(file: SyntaxFile, node: ts.Node): string {
  return `${file.path}:${file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1}`;
}

/** A rule that looks at each node of the chosen files; `judge` returns the advice, or nothing where all is well. */
export function nodeRule(options: {
  readonly name: string;
  readonly applies: (file: RepositoryFile) => boolean;
  readonly judge: (node: ts.Node, file: SyntaxFile) => string | undefined;
}): TidyRule {
  return {
    name: options.name,
    check: (files) =>
      files.filter(options.applies).flatMap((file) => {
        const parsed = parse(file);
        const offences: string[] = [];
        walk(parsed.tree, (node) => {
          const advice = options.judge(node, parsed);
          if (advice !== undefined) offences.push(`${place(parsed, node)}: ${advice}`);
        });
        return offences;
      }),
  };
}

/** A rule that looks at each line of the chosen files. */
export function lineRule(options: {
  readonly name: string;
  readonly applies: (file: RepositoryFile) => boolean;
  readonly judge: (line: string, file: RepositoryFile) => string | undefined;
}): TidyRule {
  return {
    name: options.name,
    check: (files) =>
      files.filter(options.applies).flatMap((file) =>
        file.text.split("\n").flatMap((line, index) => {
          const advice = options.judge(line, file);
          return advice === undefined ? [] : [`${file.path}:${index + 1}: ${advice}`];
        }),
      ),
  };
}

/** The comments of a file with the line each starts on, markers removed. */
export function comments(file: SyntaxFile): { readonly line: number; readonly text: string }[] {
  const found = new Map<number, string>();
  walk(file.tree, (node) => {
    if (node.kind === ts.SyntaxKind.JsxText) return;
    const ranges = [
      ...(ts.getLeadingCommentRanges(file.text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(file.text, node.getEnd()) ?? []),
    ];
    for (const { pos, end } of ranges) found.set(pos, file.text.slice(pos, end));
  });
  return [...found].flatMap(([position, text]) => {
    const first = file.tree.getLineAndCharacterOfPosition(position).line + 1;
    return text.split("\n").map((line, index) => ({
      line: first + index,
      text: line.replace(/^\s*(?:\/\*\*?|\/\/+|\*(?!\/))\s?/u, "").replace(/\s*\*\/\s*$/u, ""),
    }));
  });
}
