import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const chunkBytes = 64 * 1024;
const newline = 0x0a;

function openLog(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function readAt(descriptor: number, start: number, end: number): Buffer {
  const buffer = Buffer.alloc(end - start);
  return buffer.subarray(0, readSync(descriptor, buffer, { position: start }));
}

export interface LogTail {
  readonly lines: readonly string[];
  /** Where the last whole line ends: bytes from the file's start. */
  readonly endBytes: number;
  /** Which file it was: rotation puts another one in its place. */
  readonly inode: number;
}

/** The last `count` whole lines, read from the end; undefined where there is no log. Throws the system's error. */
export function readLogTail(file: string, count: number): LogTail | undefined {
  const descriptor = openLog(file);
  if (descriptor === undefined) return undefined;
  try {
    const { size, ino } = fstatSync(descriptor);
    let content = Buffer.alloc(0);
    let start = size;
    let breaks = 0;
    while (start > 0 && breaks <= count) {
      const from = Math.max(0, start - chunkBytes);
      const chunk = readAt(descriptor, from, start);
      breaks += chunk.reduce((sum, byte) => sum + Number(byte === newline), 0);
      content = Buffer.concat([chunk, content]);
      start = from;
    }
    const end = content.lastIndexOf(newline) + 1;
    const lines = content.toString("utf8", 0, end).split("\n").slice(0, -1);
    return { lines: count === 0 ? [] : lines.slice(-count), endBytes: start + end, inode: ino };
  } finally {
    closeSync(descriptor);
  }
}

/** The whole lines that came since; after a rotation, all of the new file. */
export function readLogSince(file: string, since: Pick<LogTail, "endBytes" | "inode">): LogTail {
  const descriptor = openLog(file);
  if (descriptor === undefined) return { ...since, lines: [] };
  try {
    const { size, ino } = fstatSync(descriptor);
    const start = ino === since.inode && size >= since.endBytes ? since.endBytes : 0;
    const content = readAt(descriptor, start, size);
    const end = content.lastIndexOf(newline) + 1;
    return { lines: content.toString("utf8", 0, end).split("\n").slice(0, -1), endBytes: start + end, inode: ino };
  } finally {
    closeSync(descriptor);
  }
}
