import type { Grant, PermissionRequest } from "../schema/permission.ts";

/** What judging needs of the disk (`diskPaths` of lib/disk-paths.ts). Synchronous; never throws. */
export interface PathLookup {
  /** Where the kernel would end up from `directory` (absolute), symbolic links followed. Works for missing files too. */
  realPath(path: string, directory: string): string;
  /** What a shell in `directory` makes of an unquoted pattern; undefined where that can't be told. */
  matches(pattern: string, directory: string): readonly string[] | undefined;
  /** Absolute. */
  exists(path: string): boolean;
  /** Whether the repository at a worktree's top (absolute) names no programs that git would run. */
  isPlainGit(top: string): boolean;
  /** Whether git, asked for the state of that worktree, starts itself in other repositories inside it. */
  entersGitLinks(top: string): boolean;
}

export interface PermissionRules {
  /** `--yolo`: everything is allowed. */
  readonly allowAll: boolean;
  /** `tool` or `tool:action`, from trusted config. */
  readonly allowedTools: readonly string[];
  readonly grants: readonly Grant[];
  /** Reading inside it needs no permission. Absolute. */
  readonly projectRoot: string;
  /** Without it no command that names a file is proven read-only: a link could lead out of the project. */
  readonly paths?: PathLookup;
}

export interface Verdict {
  readonly verdict: "allow" | "deny" | "ask";
  /** For the log and the dialog: why. */
  readonly reason: string;
}

export type JudgePermission = (request: PermissionRequest, rules: PermissionRules) => Verdict;
