import { readdir } from "node:fs/promises";
import path from "node:path";
import { IgnoreRules } from "./ignore-rules.ts";

/** A completion must come while a person types: beyond these bounds the first paths found have to do. */
const pathsMax = 20_000;
const timeMaxMs = 150;

/**
 * Paths below `root` (absolute) whose letters hold the query's in order, best first, relative, directories with a slash
 * at their end. Ignore rules are obeyed. Never rejects; at most about 150 ms.
 */
export async function completePath(
  root: string,
  { query, limit }: { readonly query: string; readonly limit: number },
): Promise<string[]> {
  const wanted = query.toLowerCase();
  const matches: { readonly name: string; readonly score: number }[] = [];
  for (const name of await listPaths(root)) {
    const score = scoreOf(name.toLowerCase(), wanted);
    if (score !== null) matches.push({ name, score });
  }
  return matches
    .toSorted((a, b) => a.score - b.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map((match) => match.name);
}

/** Breadth first, so that what lies near comes before what lies deep. */
async function listPaths(root: string): Promise<string[]> {
  const rules = new IgnoreRules(root);
  const endMs = performance.now() + timeMaxMs;
  const found: string[] = [];
  let level = [root];
  while (level.length > 0 && found.length < pathsMax && performance.now() < endMs) {
    const next: string[] = [];
    for (const directory of level) {
      const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const file = path.join(directory, entry.name);
        if (rules.isIgnored(file, entry.isDirectory() ? "directory" : "file")) continue;
        found.push(path.relative(root, file) + (entry.isDirectory() ? "/" : ""));
        if (entry.isDirectory()) next.push(file);
      }
      if (found.length >= pathsMax || performance.now() >= endMs) break;
    }
    level = next;
  }
  return found;
}

/** Lower is better; null where the letters do not occur in order. A hit in the file's own name beats one in its path. */
function scoreOf(name: string, query: string): number | null {
  const base = name.lastIndexOf("/", name.length - 2) + 1;
  const inBase = name.indexOf(query, base);
  if (inBase !== -1) return inBase === base ? 0 : 1;
  if (name.includes(query)) return 2;
  let position = 0;
  for (const letter of query) {
    position = name.indexOf(letter, position) + 1;
    if (position === 0) return null;
  }
  return 3;
}
