import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/**
 * Keys by which a repository's own configuration runs a program during commands that only read, and those that take in
 * more configuration (`path` of an include).
 */
const harmfulKey =
  /^\s*(?:\[[^\]]*\]\s*)?(fsmonitor|pager|sshcommand|hookspath|external|textconv|command|program|editor|askpass|attributesfile|worktreeconfig|worktree|path|clean|smudge|process)\s*(?:=\s*(.*?)\s*)?$/gim;

function isHarmlessText(text: string): boolean {
  const values = Array.from(text.matchAll(harmfulKey), (match) => [match[1]?.toLowerCase(), match[2]] as const);
  return values.every(([key, value]) => key === "fsmonitor" && /^(true|false|)$/i.test(value ?? ""));
}

/**
 * Whether git may be run at a worktree's top without the repository itself naming programs to run. A clone never brings
 * such a configuration; files that came in an archive may. Not plain either: anything that is unusual enough to be hard
 * to tell, such as a `.git` file that points into the project.
 */
export function isPlainGit(top: string): boolean {
  const git = path.join(top, ".git");
  try {
    if (!statSync(git).isDirectory()) return pointsOutside(top, readFileSync(git, "utf8"));
    if (existsSync(path.join(git, "commondir")) || existsSync(path.join(git, "config.worktree"))) return false;
    return isHarmlessText(readFileSync(path.join(git, "config"), "utf8"));
  } catch {
    // Without a repository git has nothing to read; with a broken one it fails by itself.
    return !existsSync(path.join(top, "HEAD"));
  }
}

/** A linked worktree's repository lies elsewhere, where the files of this project have no say. */
function pointsOutside(top: string, text: string): boolean {
  const target = /^gitdir:\s*(.+?)\s*$/m.exec(text)?.[1];
  if (target === undefined) return false;
  const relative = path.relative(top, path.resolve(top, target));
  return relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
}
