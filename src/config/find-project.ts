import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { realPath } from "../lib/real-path.ts";
import { factsOf } from "./file-facts.ts";

export interface Project {
  /** Absolute, links resolved: where relative paths of this run start. */
  readonly workingDirectory: string;
  /** The git worktree's root, else the working directory. */
  readonly root: string;
  readonly isWorktree: boolean;
  /** From the root down to the working directory, both included. */
  readonly directories: readonly string[];
  /** Who owns the working directory: files of others are not taken for the project's. */
  readonly ownerId: number;
}

/**
 * A `.git` directory with a HEAD, or the `.git` file of a linked worktree or submodule; as git itself decides it, which
 * takes none of another user's.
 */
function isWorktreeRoot(directory: string, ownerId: number): boolean {
  const entry = path.join(directory, ".git");
  try {
    const facts = factsOf(entry);
    if (facts === undefined || (facts.uid !== ownerId && facts.uid !== process.getuid?.())) return false;
    if (facts.isDirectory()) return factsOf(path.join(entry, "HEAD")) !== undefined;
    return facts.isFile() && readFileSync(entry, "utf8").startsWith("gitdir:");
  } catch {
    // What cannot be looked at is no worktree for git either.
    return false;
  }
}

/** From `directory` up to the file system's root. */
function ancestors(directory: string): string[] {
  const list = [directory];
  for (let parent = path.dirname(directory); parent !== list.at(-1); parent = path.dirname(parent)) list.push(parent);
  return list;
}

function resolveDirectory(flag: string | undefined): string {
  const wanted = path.resolve(flag ?? ".");
  try {
    const directory = realpathSync(wanted);
    if (statSync(directory).isDirectory()) return directory;
  } catch (error) {
    throw new AppError("usage", `cannot work in ${wanted}: there is no such directory`, {
      hint: "give --cwd the path of an existing directory",
      cause: error,
    });
  }
  throw new AppError("usage", `cannot work in ${wanted}: it is not a directory`, {
    hint: "give --cwd the path of an existing directory",
  });
}

/** Throws AppError `usage` where the directory of `--cwd` does not exist. */
export function findProject(cwdFlag: string | undefined): Project {
  const workingDirectory = resolveDirectory(cwdFlag);
  const upwards = ancestors(workingDirectory);
  const ownerId = statSync(workingDirectory).uid;
  const depth = upwards.findIndex((directory) => isWorktreeRoot(directory, ownerId));
  const directories = upwards.slice(0, Math.max(depth, 0) + 1).toReversed();
  return {
    workingDirectory,
    root: directories[0] ?? workingDirectory,
    isWorktree: depth !== -1,
    directories,
    ownerId,
  };
}

/** True where something is there and belongs to the project's owner. */
export function isOwn(file: string, project: Project): boolean {
  const facts = factsOf(file);
  return facts !== undefined && facts.uid === project.ownerId;
}

/**
 * The data directory by crush-database.md: `chosen` (a flag or setting, relative to the working directory), else the
 * nearest `.crush` upwards, never above the project's root and never the home directory's, else one here.
 */
export function dataDirectory(project: Project, chosen: string | undefined, home: string): string {
  if (chosen !== undefined && chosen !== "") return path.resolve(project.workingDirectory, chosen);
  for (const directory of project.directories.toReversed()) {
    const candidate = path.join(directory, ".crush");
    if (directory !== home && isOwn(candidate, project)) return candidate;
  }
  return path.join(project.workingDirectory, ".crush");
}

/** True where `file`, links resolved as far as it exists, lies in `directory` (itself resolved). */
export function isInside(file: string, directory: string): boolean {
  const relative = path.relative(directory, realPath(file));
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
