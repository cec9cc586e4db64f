import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";

/** As many as Linux follows. */
const linksMax = 40;

/**
 * Where the kernel would end up: symbolic links are followed before a later `..` is, unlike in `path.resolve`. Of a path
 * that does not exist, the part that does is resolved (a dangling link is followed too, since writing to it would).
 * `directory` is absolute. Never throws; a loop of links ends where it was found.
 */
export function realPath(file: string, directory = "/"): string {
  let current = path.parse(path.resolve(directory, file)).root;
  const names = (path.isAbsolute(file) ? file : `${directory}/${file}`).split(path.sep).toReversed();
  let linksFollowed = 0;
  while (names.length > 0) {
    const name = names.pop() ?? "";
    if (name === "" || name === ".") continue;
    if (name === "..") {
      current = path.dirname(current);
      continue;
    }
    const next = path.join(current, name);
    const target = linkTarget(next);
    if (target === undefined || linksFollowed >= linksMax) {
      current = next;
      continue;
    }
    linksFollowed += 1;
    if (path.isAbsolute(target)) current = path.parse(target).root;
    names.push(...target.split(path.sep).toReversed());
  }
  return current;
}

function linkTarget(file: string): string | undefined {
  try {
    return lstatSync(file).isSymbolicLink() ? readlinkSync(file) : undefined;
  } catch {
    return undefined;
  }
}

/** True for the directory itself and everything under it. Both absolute; compares names only. */
export function isInside(directory: string, file: string): boolean {
  const relative = path.relative(directory, file);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}
