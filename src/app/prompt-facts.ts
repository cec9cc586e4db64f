import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { PromptFacts } from "../agent/prompt/system-prompt.ts";
import { quietGitEnvironment, quietGitOptions } from "../lib/quiet-git.ts";

const run = promisify(execFile);
/** A repository where git takes longer is described without it. */
const gitTimeoutMs = 2_000;
const statusLinesMax = 40;

/** Branch, short status and latest commits; null outside a git worktree or where git does not answer. */
export async function readGitFacts(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<PromptFacts["git"]> {
  const git = async (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const options = {
      cwd: directory,
      timeout: gitTimeoutMs,
      maxBuffer: 4 * 1024 * 1024,
      env: { ...environment, ...quietGitEnvironment, ...more },
    };
    const { stdout } = await run("git", [...quietGitOptions, ...words], options);
    return stdout.trimEnd();
  };
  try {
    const withoutFilters = git(filterNames)
      .catch(() => "")
      .then(emptyFilterEnvironment);
    const [branch, status, recentCommits] = await Promise.all([
      git(["branch", "--show-current"]),
      // Submodules have settings of their own that nothing here reaches, so they are left out.
      withoutFilters.then(async (filters) => git(["status", "--short", "--ignore-submodules=all"], filters)),
      // A repository without commits has no log.
      git(["log", "--oneline", "-n", "3"]).catch(() => ""),
    ]);
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

const filterNames = ["config", "--name-only", "--null", "--get-regexp", "^filter\\."] as const;

/**
 * Settings that empty each content filter: `status` would run it on every file whose time has changed. Through the
 * environment, because in `-c name=value` a name with `=` would be cut.
 */
function emptyFilterEnvironment(names: string): Record<string, string> {
  const driverOf = (name: string): string[] => /^(filter\..+)\.[^.]+$/su.exec(name)?.slice(1) ?? [];
  const drivers = [...new Set(names.split("\0").flatMap(driverOf))];
  const settings = drivers.flatMap((driver): [string, string][] => [
    [`${driver}.clean`, ""],
    [`${driver}.smudge`, ""],
    [`${driver}.process`, ""],
    [`${driver}.required`, "false"],
  ]);
  if (settings.length === 0) return {};
  const environment: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}
