import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { readIndexLinks } from "./read-index-links.ts";

/**
 * Whether git, asked for the state of the worktree at `top` (absolute), may start itself in repositories inside it, whose own
 * configuration it then obeys: those that the index names (submodules) and that are there. True where that can't be told.
 */
export function entersGitLinks(top: string): boolean {
  try {
    const git = directoryOf(top);
    const index = path.join(git, "index");
    if (!existsSync(index)) return false;
    const links = mayHaveLongHashes(git) ? null : readIndexLinks(index);
    return links === null || links.some((link) => existsSync(Buffer.concat([bytes(`${top}/`), link, bytes("/.git")])));
  } catch {
    // Without a repository git enters nothing; of one that can't be read nothing is known.
    return existsSync(path.join(top, ".git"));
  }
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

function directoryOf(top: string): string {
  const git = path.join(top, ".git");
  if (statSync(git).isDirectory()) return git;
  const target = readFileSync(git, "utf8").replace(/^gitdir: /, "");
  return path.resolve(top, target.replace(/[\r\n]+$/, ""));
}

/** SHA-256: with these an index is to be read otherwise. */
function mayHaveLongHashes(git: string): boolean {
  const shared = path.join(git, "commondir");
  const directory = existsSync(shared) ? path.resolve(git, readFileSync(shared, "utf8").trimEnd()) : git;
  const config = path.join(directory, "config");
  return existsSync(config) && /objectformat/i.test(readFileSync(config, "utf8"));
}
