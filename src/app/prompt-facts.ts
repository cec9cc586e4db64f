import { execFile } from "node:child_process";
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
