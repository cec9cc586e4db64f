import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes new names in a directory survive a loss of power, where the system can. */
export function syncDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows has no such thing; the files themselves are on the disk.
  }
}
