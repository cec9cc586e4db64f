/** What a project tells its agents: well-known files from the project's root down, configured ones, and the person's own. */
import { closeSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Config } from "./config.ts";
import { factsOf, linkFactsOf } from "./file-facts.ts";
import { isInside, type Project } from "./find-project.ts";
import { expandHome } from "./global-directories.ts";
import type { DangerousSetting } from "./split-settings.ts";

const fileSizeBytesMax = 128 * 1024;
const filesMax = 100;
/** A prompt that held more would leave no room for the conversation. */
const totalBytesMax = 512 * 1024;

const wellKnown = /^(?:agents|crush|claude|gemini)(?:\.local)?\.md$|^\.cursorrules$/iu;
const wellKnownBelow: readonly string[] = [".cursor/rules", ".github/copilot-instructions.md"];

export interface ContextFile {
  /** Absolute. */
  readonly path: string;
  /** Reads it, at most 128 KiB; null where it cannot be read. */
  read(): ContextText | null;
}

export interface ContextText {
  readonly text: string;
  readonly isTruncated: boolean;
}

export interface ContextFiles {
  /** The project's, from its root down; then the configured ones. */
  readonly project: readonly ContextFile[];
  readonly global: readonly ContextFile[];
  /** Never read: links that leave the project and are not trusted, and what is beyond 100 files or 512 KiB. Absolute. */
  readonly skipped: readonly string[];
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    // A directory that cannot be listed tells nothing.
    return [];
  }
}

/** Where the well-known names stand in these directories, links not yet followed. */
function wellKnownFiles(directories: readonly string[]): string[] {
  return directories.flatMap((directory) => {
    const names = entries(directory);
    const below = wellKnownBelow.filter((file) => names.includes(file.split("/")[0] ?? file));
    return [...names.filter((name) => wellKnown.test(name)), ...below].map((name) => path.join(directory, name));
  });
}

function linkTarget(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Well-known context files that lead out of the project: each needs the person's trust. */
export function contextLinks(project: Project): DangerousSetting[] {
  return wellKnownFiles(project.directories)
    .filter((file) => factsOf(file) !== undefined && !isInside(file, project.root))
    .map((file) => ({ file, key: "", reason: "is a link that leaves the project", value: linkTarget(file) }));
}

/** The files of a directory and those below it, by name; links to files too, but into no linked directory. */
function filesIn(directory: string, wanted: number): string[] {
  const files: string[] = [];
  for (const name of entries(directory)) {
    if (files.length >= wanted) break;
    const file = path.join(directory, name);
    if (linkFactsOf(file)?.isDirectory() === true) files.push(...filesIn(file, wanted - files.length));
    else if (factsOf(file)?.isFile() === true) files.push(file);
  }
  return files;
}

/** Of a directory no more than `filesMax`: it may be a whole repository. */
function filesBelow(file: string): string[] {
  const facts = factsOf(file);
  if (facts?.isFile() === true) return [file];
  return facts?.isDirectory() === true ? filesIn(file, filesMax) : [];
}

function readStart(file: string): ContextText | null {
  try {
    // A pipe or a device would keep the program waiting.
    if (factsOf(file)?.isFile() !== true) return null;
    const descriptor = openSync(file, "r");
    try {
      const buffer = Buffer.alloc(fileSizeBytesMax + 1);
      const length = readSync(descriptor, buffer);
      const isTruncated = length > fileSizeBytesMax;
      return { text: buffer.toString("utf8", 0, Math.min(length, fileSizeBytesMax)), isTruncated };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

function contextFile(file: string): ContextFile {
  return { path: file, read: () => readStart(file) };
}

interface Found {
  readonly file: string;
  /** Configured by somebody who is believed, or a trusted link: it may lie anywhere. */
  readonly mayLeave: boolean;
}

/** Directories from the root down to where this run works. */
function projectDirectories(config: Config): string[] {
  const below = path.relative(config.projectRoot, config.workingDirectory);
  const steps = below === "" ? [] : below.split(path.sep);
  return [config.projectRoot, ...steps.map((_, index) => path.join(config.projectRoot, ...steps.slice(0, index + 1)))];
}

/** Finds the files; each is read when asked for. Files of one place whose names differ in case only count once. */
export function findContextFiles(config: Config): ContextFiles {
  const links = new Set(config.trustedLinks);
  const known = wellKnownFiles(projectDirectories(config)).map((file) => ({ file, mayLeave: links.has(file) }));
  const home = config.surroundings.homeDirectory;
  const resolve = (name: string): string => path.resolve(config.workingDirectory, expandHome(name, home));
  const configured = config.options.contextPaths.map((name) => ({ file: resolve(name), mayLeave: true }));
  const seen = new Set<string>();
  const skipped: string[] = [];
  let totalBytes = 0;
  const take = (file: string, { mayLeave }: Found): ContextFile[] => {
    const real = linkTarget(file).toLowerCase();
    if (seen.has(real)) return [];
    const sizeBytes = Math.min(factsOf(file)?.size ?? 0, fileSizeBytesMax);
    const hasRoom = seen.size < filesMax && totalBytes + sizeBytes <= totalBytesMax;
    if (!hasRoom || !(mayLeave || isInside(file, config.projectRoot))) {
      skipped.push(file);
      return [];
    }
    seen.add(real);
    totalBytes += sizeBytes;
    return [contextFile(file)];
  };
  const collect = (found: readonly Found[]): ContextFile[] =>
    found.flatMap((item) => filesBelow(item.file).flatMap((file) => take(file, item)));
  const project = collect([...known, ...configured]);
  const global = collect(config.options.globalContextPaths.map((name) => ({ file: resolve(name), mayLeave: true })));
  return { project, global, skipped };
}
