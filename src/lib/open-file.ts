import { type FileHandle, open, realpath } from "node:fs/promises";
import path from "node:path";
import { AppError } from "./app-error.ts";

/** The databases of a data directory, what their processes share, and the locks that show which of these live. */
function isKeptOpen(file: string): boolean {
  const name = path.basename(file);
  if (/^(?:crush|search)\.db(?:-shm)?$/u.test(name)) return true;
  return name.endsWith(".lock") && path.basename(path.dirname(file)) === "owners";
}

/**
 * Opens a file that a person or a model has named, for reading. Throws as `open` does, and AppError input-not-text for a
 * file on which this process may hold locks of SQLite: whoever closes any descriptor of a file drops all the process' POSIX
 * locks on it (fcntl(2)), and another program would take the database for one that nobody has open.
 */
export async function openFile(file: string): Promise<FileHandle> {
  if (isKeptOpen(await realpath(file))) {
    throw new AppError("input-not-text", `${file} is a database that this program has open itself`, {
      hint: "`crush session show` and `crush db info` tell what is in it",
    });
  }
  return open(file);
}

/** The whole content, opened as `openFile` does. */
export async function readWholeFile(file: string): Promise<Buffer> {
  const handle = await openFile(file);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
