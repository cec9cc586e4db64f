import { existsSync, readdirSync } from "node:fs";
import { entersGitLinks } from "./git-links.ts";
import { globMatcher } from "./glob-pattern.ts";
import { isPlainGit } from "./plain-git.ts";
import { realPath } from "./real-path.ts";

const matchesMax = 2000;
const wildcard = /[*?[]/;

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** What Bash before 5.2 finds in each directory, where the pattern starts with a dot. */
const dots = [".", ".."];

/** A shell shows hidden names only where the pattern starts with a dot; showing them always errs on the safe side. */
function matchesOfName(pattern: string, directory: string): string[] {
  if (!wildcard.test(pattern.replaceAll(/\\./gs, ""))) return [pattern.replaceAll(/\\(.)/gs, "$1")];
  const isMatch = globMatcher(pattern.replaceAll(/[{}]/g, "\\$&").replaceAll("**", "*"));
  const names = pattern.startsWith(".") ? [...dots, ...namesIn(directory)] : namesIn(directory);
  return names.filter((name) => isMatch(name));
}

/**
 * What a shell would make of an unquoted pattern. Relative matches stay relative to `directory` (absolute). Undefined:
 * more than 2,000. Synchronous.
 */
function matches(pattern: string, directory: string): readonly string[] | undefined {
  const names = pattern.split("/");
  let found = [""];
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    found = found.flatMap((start) => {
      const inside = start.startsWith("/") ? start : `${directory}/${start}`;
      return (name === "" ? [""] : matchesOfName(name, inside)).map((match) => start + match + (isLast ? "" : "/"));
    });
    if (found.length > matchesMax) return undefined;
  }
  return found;
}

/** Facts of the disk that the judging of commands needs. */
export const diskPaths = { realPath, matches, exists: existsSync, isPlainGit, entersGitLinks };
