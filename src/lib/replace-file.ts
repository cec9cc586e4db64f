import { chmod, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { randomHex } from "./random-hex.ts";

export interface ReplaceFileOptions {
  /** Permission bits; absent: those of a new file under the umask. */
  readonly mode?: number;
  /** True for a file with several hard links: it is written in place, so that they stay one file. */
  readonly inPlace?: boolean;
}

async function writeTemporary(file: string, content: string | Uint8Array, mode: number | undefined): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(content);
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function mayNotCreate(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EACCES" || code === "EPERM" || code === "EROFS";
}

/**
 * Writes a whole file so that a reader sees the old content or the new one, never a part: into a temporary file beside
 * it, then renamed. `file` must not be a link. Its directory is made. A directory that nobody may create files in has
 * its file written in place. Throws the system's errors, leaving the old content and no temporary file.
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  options: ReplaceFileOptions = {},
): Promise<void> {
  const { mode, inPlace } = options;
  if (inPlace === true) {
    await writeFile(file, content);
    return;
  }
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = path.join(path.dirname(file), `.${path.basename(file).slice(0, 100)}.${randomHex(12)}`);
  try {
    await writeTemporary(temporary, content, mode);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    if (mode === undefined || !mayNotCreate(error)) throw error;
    await writeFile(file, content);
    await chmod(file, mode);
  }
}
