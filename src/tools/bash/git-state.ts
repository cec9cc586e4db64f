import { isUtf8 } from "node:buffer";
import { existsSync } from "node:fs";
import path from "node:path";
import { isPlainWithoutFetching } from "../../lib/plain-git.ts";
import { quietGitEnvironment, quietGitOptions } from "../../lib/quiet-git.ts";
import { runProgram, type ProgramResult } from "../../lib/run-program.ts";
import type { ToolContext } from "../tool.ts";

const timeoutMs = 2000;
const outputBytesMax = 64 * 1024 * 1024;

/** A worktree as git sees it. Paths are relative to its top, with `/`. */
export interface GitState {
  /** Null before the first commit. */
  readonly head: string | null;
  /** Changed against the index or the head, and untracked; what is ignored is not among them. */
  readonly dirty: ReadonlySet<string>;
  /** The same, of names that are not UTF-8, as well as they can be shown. */
  readonly unnameable: ReadonlySet<string>;
}

/** Runs git without what a repository's or a caller's settings could make it do, and without taking its locks. */
async function git(words: readonly string[], context: ToolContext, input?: string): Promise<ProgramResult> {
  const { GIT_DIR: _d, GIT_WORK_TREE: _w, GIT_INDEX_FILE: _i, ...environment } = context.environment;
  return runProgram("git", {
    arguments: [...quietGitOptions, ...words],
    directory: context.projectRoot,
    environment: { ...environment, ...quietGitEnvironment },
    timeoutMs,
    outputBytesMax,
    ...(input === undefined ? {} : { input }),
  });
}

function isDone(result: ProgramResult): boolean {
  return result.ending === "exited" && result.exitCode === 0;
}

function split(output: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf(0); end !== -1; end = output.indexOf(0, start)) {
    parts.push(output.subarray(start, end));
    start = end + 1;
  }
  return parts;
}

/** Words before the path in a line of `--porcelain=v2`, by the line's first letter. */
const wordsBeforePath: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 };

function pathIn(entry: Buffer): Buffer | undefined {
  const words = wordsBeforePath[String.fromCharCode(entry[0] ?? 0)];
  if (words === undefined) return undefined;
  let start = 0;
  for (let count = 0; count < words; count += 1) start = entry.indexOf(0x20, start) + 1;
  // A name with a slash at its end is a repository of its own.
  return entry.at(-1) === 0x2f ? undefined : entry.subarray(start);
}

function parseStatus(output: Buffer): GitState {
  const dirty = new Set<string>();
  const unnameable = new Set<string>();
  let head: string | null = null;
  for (const entry of split(output)) {
    if (entry.subarray(0, 13).toString() === "# branch.oid ") {
      const commit = entry.subarray(13).toString();
      head = /^[0-9a-f]{40,}$/.test(commit) ? commit : null;
    }
    const file = pathIn(entry);
    if (file === undefined) continue;
    (isUtf8(file) ? dirty : unnameable).add(file.toString("utf8"));
  }
  return { head, dirty, unnameable };
}

/**
 * Undefined where the project is no worktree, where its repository names programs to run, or where git does not answer
 * in two seconds.
 */
export async function readGitState(context: ToolContext): Promise<GitState | undefined> {
  const top = context.projectRoot;
  if (!existsSync(path.join(top, ".git")) || !isPlainWithoutFetching(top)) return undefined;
  const result = await git(
    ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"],
    context,
  );
  return isDone(result) ? parseStatus(result.stdout) : undefined;
}

/** What differs between two commits. */
export async function pathsBetween(
  { from, to }: { readonly from: string; readonly to: string },
  context: ToolContext,
): Promise<string[]> {
  const result = await git(["diff-tree", "-r", "-z", "--name-only", "--no-renames", from, to], context);
  if (!isDone(result)) return [];
  return split(result.stdout)
    .filter((name) => isUtf8(name))
    .map((name) => name.toString("utf8"));
}

/** Answers of `cat-file --batch`, in the order of the questions; undefined for what is missing or no file. */
function parseBatch(output: Buffer, count: number): (Buffer | undefined)[] {
  const contents: (Buffer | undefined)[] = [];
  let at = 0;
  while (contents.length < count) {
    const end = output.indexOf(0x0a, at);
    if (end === -1) break;
    const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(output.subarray(at, end).toString("latin1"));
    if (header === null) {
      contents.push(undefined);
      at = end + 1;
      continue;
    }
    const size = Number(header[2]);
    const content = output.subarray(end + 1, end + 1 + size);
    contents.push(header[1] === "blob" && content.length === size ? content : undefined);
    at = end + 1 + size + 1;
  }
  return contents;
}

async function readBatch(names: readonly string[], commit: string, context: ToolContext): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (names.length === 0) return contents;
  const questions = names.map((name) => `${commit}:${name}\n`).join("");
  const result = await git(["cat-file", "--batch"], context, questions);
  for (const [index, content] of parseBatch(result.stdout, names.length).entries()) {
    const name = names[index];
    if (content !== undefined && name !== undefined) contents.set(name, content);
  }
  return contents;
}

/** Contents of files in a commit; what it does not hold is not in the map. */
export async function readCommitted(
  names: readonly string[],
  commit: string,
  context: ToolContext,
): Promise<Map<string, Buffer>> {
  const contents = await readBatch(
    names.filter((name) => !name.includes("\n")),
    commit,
    context,
  );
  // A question of the batch is a line, so these are asked for one by one.
  for (const name of names.filter((candidate) => candidate.includes("\n"))) {
    const result = await git(["cat-file", "blob", `${commit}:${name}`], context);
    if (isDone(result)) contents.set(name, result.stdout);
  }
  return contents;
}
