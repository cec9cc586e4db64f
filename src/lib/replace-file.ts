import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { randomHex } from "./random-hex.ts";

export interface ReplaceFileOptions {
  /** Permission bits; absent: those of a new file under the umask. */
  readonly mode?: number;
  /** True for a file with several hard links: it is written in place, so that they stay one file. */
  readonly inPlace?: boolean;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function ownerOf(file: string): Promise<Owner | undefined> {
  try {
    return await stat(file);
  } catch {
    // Nothing is there yet, or nothing that can be seen.
    return undefined;
  }
}

/**
 * A file can't be given to that owner: not by this process, not on this file system, or (EINVAL) because the owner has no
 * number here, as in a user namespace.
 */
const refusals: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "EACCES",
  "EINVAL",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
]);

class OwnerRefusedError extends Error {
  override readonly name = "OwnerRefusedError";
}

async function giveTo(owner: Owner | undefined, handle: FileHandle): Promise<void> {
  if (owner === undefined) return;
  const { uid, gid } = await handle.stat();
  if (uid === owner.uid && gid === owner.gid) return;
  try {
    await handle.chown(owner.uid, owner.gid);
  } catch (error) {
    if (!refusals.has((error as NodeJS.ErrnoException).code)) throw error;
    throw new OwnerRefusedError("The file can't be given to its owner", { cause: error });
  }
}

interface Replacement {
  readonly content: string | Uint8Array;
  readonly mode: number | undefined;
  readonly owner: Owner | undefined;
}

async function writeTemporary(file: string, { content, mode, owner }: Replacement): Promise<void> {
  // Until it is whole nobody else may read what may be secret; it could stay behind, too.
  const handle = await open(file, "wx", mode === undefined ? 0o666 : 0o600);
  try {
    await handle.writeFile(content);
    await giveTo(owner, handle);
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeInPlace(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(file, "w", mode);
  try {
    await handle.writeFile(content);
    // Only its owner may set it, so it is left alone where it is right.
    if (((await handle.stat()).mode & 0o7777) !== mode) await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

function mayNot(error: unknown): boolean {
  if (error instanceof OwnerRefusedError) return true;
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EACCES" || code === "EPERM" || code === "EROFS";
}

/**
 * Writes a whole file so that a reader sees the old content or the new one, never a part: into a temporary file beside
 * it, then renamed. `file` must not be a link. Its directory is made. With a mode the file keeps its owner and group too.
 * It is written in place in a directory that nobody may create files in, and where it belongs to somebody to whom no file
 * can be given. Throws the system's errors, leaving the old content and no temporary file.
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
  const owner = mode === undefined ? undefined : await ownerOf(file);
  const temporary = path.join(path.dirname(file), `.${path.basename(file).slice(0, 100)}.${randomHex(12)}`);
  try {
    await writeTemporary(temporary, { content, mode, owner });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    if (mode === undefined || !mayNot(error)) throw error;
    await writeInPlace(file, content, mode);
  }
}
