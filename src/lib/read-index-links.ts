import { readFileSync, statSync } from "node:fs";
import { linksOfIndex } from "./index-links.ts";

type Links = ReturnType<typeof linksOfIndex>;

interface KnownIndex {
  readonly file: string;
  readonly state: string;
  readonly links: Links;
}

let last: KnownIndex | null = null;

/** Changes with every write: nobody can set back the time of the last change (`ctime`). */
function stateOf(file: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(" ");
}

/**
 * `linksOfIndex` of a file, which may have some hundred thousand entries and is asked for once for each git command of a
 * line: read again only where it is another one. `read`: for tests.
 */
export function readIndexLinks(file: string, read: (file: string) => Buffer = readFileSync): Links {
  const state = stateOf(file);
  if (last?.file === file && last.state === state) return last.links;
  // Copies: they would keep the whole index in memory.
  const links = linksOfIndex(read(file))?.map((link) => Buffer.from(link)) ?? null;
  last = { file, state, links };
  return links;
}
