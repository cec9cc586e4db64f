import { readFileSync, statSync } from "node:fs";

/**
 * Who holds a lock on this byte of a file, for people: `process 123 (name)`. Null where that can't be told: nobody does, the
 * holder is in another container, or the system keeps no such list (it is Linux' /proc/locks).
 */
export function lockHolder(file: string, byte: number): string | null {
  try {
    const { ino } = statSync(file);
    const lines = readFileSync("/proc/locks", "utf8").split("\n");
    const pid = lines.map((line) => holderIn(line, { inode: ino, byte })).find((found) => found !== null);
    return pid === undefined || pid === null ? null : `process ${String(pid)}${nameOf(pid)}`;
  } catch {
    // It only makes a message clearer.
    return null;
  }
}

/** `1: POSIX  ADVISORY  WRITE 123 08:01:456 120 120`; `->` stands in lines of those who wait. */
function holderIn(line: string, { inode, byte }: { readonly inode: number; readonly byte: number }): number | null {
  const found = /^\d+: \S+ +\S+ +WRITE (\d+) \S+:(\d+) (\d+) (\d+|EOF)$/u.exec(line.trim());
  if (found === null || Number(found[2]) !== inode || Number(found[1]) === 0) return null;
  const end = found[4] === "EOF" ? Infinity : Number(found[4]);
  return Number(found[3]) <= byte && byte <= end ? Number(found[1]) : null;
}

function nameOf(pid: number): string {
  const name = readFileSync(`/proc/${String(pid)}/comm`, "utf8").trim();
  return name === "" ? "" : ` (${name})`;
}
