import path from "node:path";
import { pathToFileURL } from "node:url";

/** Where the modules of a compiled program seem to lie; on a drive of their own on Windows. */
const compiledModules = /^file:\/\/\/(?:\$bunfs|B:\/~BUN)\/root\//u.exec(import.meta.url)?.[0] ?? null;

/** The package's folder, which holds package.json; the compiled program lies in its `dist`. */
const programRoot =
  compiledModules === null
    ? path.resolve(import.meta.dirname, "../..")
    : path.resolve(path.dirname(process.execPath), "..");

/** A file of the package, by its path from package.json. */
export function programFile(relative: string): string {
  return path.join(programRoot, relative);
}

/** Where the package's dependencies may lie, the nearest first: its own `node_modules`, or those around it. */
export function moduleFolders(): readonly string[] {
  const parents = programRoot.split(path.sep).map((_, index, names) => names.slice(0, index + 1).join(path.sep));
  return parents
    .toReversed()
    .filter((folder) => path.basename(folder) !== "node_modules")
    .map((folder) => path.join(folder === "" ? path.sep : folder, "node_modules"));
}

/** What a thread runs: a module of the package (`*-worker.ts`, which the build compiles too), by its path from package.json. */
export function threadModule(relative: string): URL {
  if (compiledModules === null) return pathToFileURL(programFile(relative));
  return new URL(relative.replace(/\.ts$/u, ".js"), compiledModules);
}
