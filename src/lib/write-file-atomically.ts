import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";

/** Follows links, so that a linked file is changed in its place instead of being cut loose from it. */
function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // Not there yet: its name is as good as it gets.
    return file;
  }
}

/**
 * Replaces a file's content so that a reader, or a crash at any moment, sees the old content or the new, never a mix.
 * Missing directories are made 0700. Throws the system's error (ENOSPC, EACCES, …), the old content then being untouched.
 */
export function writeFileAtomically(file: string, content: string, mode = 0o600): void {
  const target = realFile(file);
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const descriptor = openSync(temporary, "wx", mode);
    try {
      writeSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
