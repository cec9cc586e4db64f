import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { globMatcher } from "../../lib/glob-pattern.ts";
import { IgnoreRules } from "../ignore-rules.ts";

export interface TreeOptions {
  /** Absolute. */
  readonly directory: string;
  /** Where ignore files are looked for from. */
  readonly rulesRoot: string;
  /** Patterns of names or relative paths to leave out. */
  readonly ignore: readonly string[];
  /** Levels shown; 0: all. */
  readonly depthMax: number;
  readonly entriesMax: number;
}

export interface TreeNode {
  readonly name: string;
  /** Undefined for a file, and for a link. */
  readonly children: TreeNode[] | undefined;
}

export interface Tree {
  readonly nodes: readonly TreeNode[];
  readonly count: number;
  readonly isTruncated: boolean;
}

interface Level {
  readonly directory: string;
  readonly depth: number;
  readonly nodes: TreeNode[];
}

async function sortedEntries(directory: string, depth: number): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // A directory below that may not be read is shown without its content.
    if (depth > 0) return [];
    throw error;
  }
}

/** Level by level, so that a cut-off list still shows the whole upper part. Throws if the directory can't be read. */
export async function listTree(options: TreeOptions, signal: AbortSignal): Promise<Tree> {
  const rules = new IgnoreRules(options.rulesRoot);
  const matchers = options.ignore.map(globMatcher);
  const nodes: TreeNode[] = [];
  const levels: Level[] = [{ directory: options.directory, depth: 0, nodes }];
  let count = 0;
  for (const level of levels) {
    signal.throwIfAborted();
    for (const entry of await sortedEntries(level.directory, level.depth)) {
      const file = path.join(level.directory, entry.name);
      const relative = path.relative(options.directory, file);
      if (matchers.some((isMatch) => isMatch(entry.name) || isMatch(relative))) continue;
      if (rules.isIgnored(file, entry.isDirectory() ? "directory" : "file")) continue;
      if (count >= options.entriesMax) return { nodes, count, isTruncated: true };
      count += 1;
      const children = entry.isDirectory() ? [] : undefined;
      level.nodes.push({ name: entry.name, children });
      const isDeepest = options.depthMax > 0 && level.depth + 1 >= options.depthMax;
      if (children !== undefined && !isDeepest) {
        levels.push({ directory: file, depth: level.depth + 1, nodes: children });
      }
    }
  }
  return { nodes, count, isTruncated: false };
}

function linesOf(nodes: readonly TreeNode[], indent: string): string[] {
  return nodes.flatMap((node) => [
    `${indent}- ${node.name}${node.children === undefined ? "" : "/"}`,
    ...linesOf(node.children ?? [], `${indent}  `),
  ]);
}

export function printTree(directory: string, nodes: readonly TreeNode[]): string {
  return [`- ${directory.replace(/\/?$/, "/")}`, ...linesOf(nodes, "  ")].join("\n") + "\n";
}
