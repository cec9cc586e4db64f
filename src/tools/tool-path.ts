import path from "node:path";
import { isInside, realPath } from "../lib/real-path.ts";
import type { ToolContext } from "./tool.ts";

export interface ToolPath {
  /** Absolute. What the file is known by, the same however it was reached: links are resolved below the project's root. */
  readonly path: string;
  /** With every link resolved. */
  readonly real: string;
  /** Inside the project, or one of our own spilled outputs. */
  readonly isInside: boolean;
}

type PathContext = Pick<ToolContext, "workingDirectory" | "projectRoot" | "spillDirectory" | "environment">;

function withHome(file: string, home: string | undefined): string {
  if (home === undefined || home === "") return file;
  if (file === "~") return home;
  return file.startsWith("~/") ? path.join(home, file.slice(2)) : file;
}

/** The path that a tool was given: relative to the working directory, `~` understood, links resolved before it is judged. */
export function resolveToolPath(file: string, context: PathContext): ToolPath {
  const absolute = path.resolve(context.workingDirectory, withHome(file, context.environment["HOME"]));
  const real = realPath(absolute);
  const realRoot = realPath(context.projectRoot);
  const isInProject = isInside(realRoot, real);
  return {
    path: isInProject ? path.join(context.projectRoot, path.relative(realRoot, real)) : real,
    real,
    isInside: isInProject || isInside(realPath(context.spillDirectory), real),
  };
}

/** For titles and descriptions: relative to the project where it lies inside. */
export function shownPath(file: string, context: Pick<ToolContext, "projectRoot">): string {
  const relative = path.relative(context.projectRoot, file);
  return relative === "" ? "." : isInside(context.projectRoot, file) ? relative : file;
}
