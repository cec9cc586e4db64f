import { existsSync } from "node:fs";
import path from "node:path";
import { isInside } from "../../lib/real-path.ts";
import { type ProgramResult, runProgram } from "../../lib/run-program.ts";
import type { ToolContext } from "../tool.ts";
import type { ToolPath } from "../tool-path.ts";
import { findRipgrep, ripgrepMissingMessage } from "./find-ripgrep.ts";

const outputBytesMax = 32 * 1024 * 1024;

export interface Search {
  /** The directory or file searched. */
  readonly target: ToolPath;
  readonly arguments: readonly string[];
  /** Names that start with a dot count too. */
  readonly includesHidden: boolean;
  readonly timeoutMs: number;
}

export type SearchResult =
  | {
      readonly kind: "done";
      readonly stdout: Buffer;
      /** Reached a limit: there may be more. */
      readonly isCut: boolean;
      /** Where the paths in the output start from. */
      readonly directory: string;
    }
  | { readonly kind: "failed"; readonly message: string };

/** `.crushignore` files from the root down to where the search starts; ripgrep knows the other kinds by itself. */
function ignoreFiles(root: string, target: string): string[] {
  const files: string[] = [];
  for (let directory = target; isInside(root, directory); directory = path.dirname(directory)) {
    const file = path.join(directory, ".crushignore");
    if (existsSync(file)) files.unshift(file);
    if (directory === root) break;
  }
  return files;
}

function failureOf(result: ProgramResult, timeoutMs: number): string | undefined {
  if (result.ending === "timed-out") return `The search took over ${timeoutMs / 1000} s. Search a smaller directory.`;
  if (result.ending === "canceled") return "The search was canceled.";
  if (result.ending === "not-started") return `${ripgrepMissingMessage} (${result.stderr})`;
  // 1: nothing found. 2: an error, which for single files is no reason to hide what was found.
  const isFailure = result.exitCode !== null && result.exitCode > 1 && result.stdout.length === 0;
  return isFailure && result.stderr.trim() !== "" ? result.stderr.trim() : undefined;
}

/**
 * Runs ripgrep from the project's root (from the target where that lies elsewhere), so that ignore files mean what they
 * mean to git. Links are not followed.
 */
export async function runRipgrep(search: Search, context: ToolContext): Promise<SearchResult> {
  const program = findRipgrep(context.environment);
  if (program === undefined) return { kind: "failed", message: ripgrepMissingMessage };
  const { target, timeoutMs } = search;
  const isInProject = isInside(context.projectRoot, target.path);
  const directory = isInProject ? context.projectRoot : path.dirname(target.path);
  const root = isInProject ? context.projectRoot : target.path;
  const searched = path.relative(directory, target.path) || ".";
  const result = await runProgram(program, {
    arguments: [
      "--no-config",
      "--no-require-git",
      ...(search.includesHidden ? ["--hidden", "--glob=!.git/", "--glob=!.crush/"] : []),
      "--glob=!node_modules/",
      ...ignoreFiles(root, target.path).flatMap((file) => ["--ignore-file", file]),
      ...search.arguments,
      "--",
      searched,
    ],
    directory,
    environment: context.environment,
    timeoutMs,
    signal: context.signal,
    outputBytesMax,
  });
  const failure = failureOf(result, timeoutMs);
  if (failure !== undefined) return { kind: "failed", message: failure };
  return { kind: "done", stdout: result.stdout, isCut: result.ending === "too-much-output", directory };
}

/** Whether a path or pattern names a hidden file or directory on purpose. */
export function namesHidden(text: string): boolean {
  return text.split("/").some((name) => name.startsWith(".") && name !== "." && name !== "..");
}
