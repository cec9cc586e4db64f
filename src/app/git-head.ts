import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** The branch as `.git/HEAD` names it, without starting git; null where there is none (detached, no repository). */
export function readGitBranch(projectRoot: string): string | null {
  try {
    const head = readFileSync(join(gitDirectory(projectRoot), "HEAD"), "utf8");
    return /^ref: refs\/heads\/(?<branch>.+)$/mu.exec(head)?.groups?.["branch"] ?? null;
  } catch {
    return null;
  }
}

/** Where HEAD is while it names no branch, and what git is in the midst of. */
export interface DetachedHead {
  /** The beginning of the commit's hash. */
  readonly commit: string;
  readonly underWay: "rebase" | "bisect" | null;
}

/** Without starting git; null where HEAD is on a branch, or there is no repository. */
export function readDetachedHead(projectRoot: string): DetachedHead | null {
  try {
    const directory = gitDirectory(projectRoot);
    const commit = /^[0-9a-f]{7}(?=[0-9a-f]{33,}\s*$)/u.exec(readFileSync(join(directory, "HEAD"), "utf8"))?.[0];
    if (commit === undefined) return null;
    const isThere = (name: string): boolean => existsSync(join(directory, name));
    if (isThere("rebase-merge") || isThere("rebase-apply")) return { commit, underWay: "rebase" };
    return { commit, underWay: isThere("BISECT_LOG") ? "bisect" : null };
  } catch {
    return null;
  }
}

/** Whether the branch is there, without starting git; true where that can't be told. */
export function hasGitBranch(projectRoot: string, branch: string): boolean {
  try {
    const own = gitDirectory(projectRoot);
    const shared = join(own, "commondir");
    const directory = existsSync(shared) ? resolve(own, readFileSync(shared, "utf8").trimEnd()) : own;
    // Where references are kept in tables only git can tell.
    if (existsSync(join(directory, "reftable"))) return true;
    const name = `refs/heads/${branch}`;
    if (statSync(join(directory, name), { throwIfNoEntry: false })?.isFile() === true) return true;
    const packed = join(directory, "packed-refs");
    return (
      existsSync(packed) &&
      readFileSync(packed, "utf8")
        .split("\n")
        .some((row) => row.endsWith(` ${name}`))
    );
  } catch {
    return true;
  }
}

/** In a linked worktree `.git` is a file that names the directory. Throws where there is no repository. */
function gitDirectory(projectRoot: string): string {
  const dotGit = join(projectRoot, ".git");
  if (statSync(dotGit).isDirectory()) return dotGit;
  const named = readFileSync(dotGit, "utf8").replace(/^gitdir:\s*/u, "");
  return resolve(projectRoot, named.trim());
}
