import { type BigIntStats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

export type FileKind =
  | { readonly kind: "missing" }
  | { readonly kind: "directory" }
  | { readonly kind: "special" }
  | { readonly kind: "file"; readonly sizeBytes: number; readonly stats: BigIntStats };

/** What lies at a path, links followed. Throws for what can't be looked at, such as missing permissions. */
export async function fileKind(file: string): Promise<FileKind> {
  let stats: BigIntStats;
  try {
    stats = await stat(file, { bigint: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
    throw error;
  }
  if (stats.isDirectory()) return { kind: "directory" };
  return stats.isFile() ? { kind: "file", sizeBytes: Number(stats.size), stats } : { kind: "special" };
}

const suggestionsMax = 3;

function isAlike(name: string, wanted: string): boolean {
  return name.includes(wanted) || wanted.includes(name) || path.parse(name).name === path.parse(wanted).name;
}

/** Names in the same directory that resemble a missing file's, as absolute paths. */
async function similarPaths(file: string): Promise<string[]> {
  const directory = path.dirname(file);
  const wanted = path.basename(file).toLowerCase();
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => isAlike(name.toLowerCase(), wanted))
      .slice(0, suggestionsMax)
      .map((name) => path.join(directory, name));
  } catch {
    return [];
  }
}

export async function notFoundMessage(file: string): Promise<string> {
  const similar = await similarPaths(file);
  const suggestion = similar.length > 0 ? `\n\nDid you mean one of these?\n${similar.join("\n")}` : "";
  return `File not found: ${file}${suggestion}`;
}
