import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { PromptFacts } from "../agent/prompt/system-prompt.ts";

const run = promisify(execFile);
/** A repository where git takes longer is described without it. */
const gitTimeoutMs = 2_000;
const statusLinesMax = 40;

/** Branch, short status and latest commits; null outside a git worktree or where git does not answer. */
export async function readGitFacts(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<PromptFacts["git"]> {
  const git = async (...words: string[]): Promise<string> => {
    const options = {
      cwd: directory,
      timeout: gitTimeoutMs,
      maxBuffer: 4 * 1024 * 1024,
      env: { ...environment, ...gitEnvironment },
    };
    const { stdout } = await run("git", [...quietly, ...words], options);
    return stdout.trimEnd();
  };
  try {
    const [branch, status] = await Promise.all([git("branch", "--show-current"), git("status", "--short")]);
    const recentCommits = await git("log", "--oneline", "-n", "3").catch(() => "");
    const lines = status.split("\n");
    const shown =
      lines.length > statusLinesMax
        ? [...lines.slice(0, statusLinesMax), `… ${String(lines.length - statusLinesMax)} more`]
        : lines;
    return { branch: branch === "" ? "(detached)" : branch, status: shown.join("\n"), recentCommits };
  } catch {
    // No git, no repository, or too slow: the prompt says "not a repository" at worst.
    return null;
  }
}

/** A repository's own settings must not start programs when it is only read. */
const quietly = ["--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false"];
const gitEnvironment = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" } as const;

/** The branch as `.git/HEAD` names it, without starting git; null where there is none (detached, no repository). */
export function readGitBranch(projectRoot: string): string | null {
  try {
    const dotGit = join(projectRoot, ".git");
    // In a linked worktree `.git` is a file that names the directory.
    const directory = statSync(dotGit).isDirectory()
      ? dotGit
      : resolve(
          projectRoot,
          readFileSync(dotGit, "utf8")
            .replace(/^gitdir:\s*/u, "")
            .trim(),
        );
    return (
      /^ref: refs\/heads\/(?<branch>.+)$/mu.exec(readFileSync(join(directory, "HEAD"), "utf8"))?.groups?.["branch"] ??
      null
    );
  } catch {
    return null;
  }
}
