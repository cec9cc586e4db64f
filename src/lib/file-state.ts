import type { FileHandle } from "node:fs/promises";
import { contentHash, newContentHash } from "./content-hash.ts";
import { openFile } from "./open-file.ts";

/** Larger files are told apart by size and time alone. */
const hashedBytesMax = 32 * 1024 * 1024;

export interface FileStateFacts {
  readonly sizeBytes: number;
  /** Decimal nanoseconds since the epoch. */
  readonly modifiedNs: string;
  /** SHA-256 of the content, lower-case hex; "" over 32 MB. */
  readonly hash: string;
}

export interface FileContent {
  readonly bytes: Buffer;
  readonly state: FileStateFacts;
  /** Permission bits. */
  readonly mode: number;
  readonly linkCount: number;
}

/** The content and the state that it was read in. Of a regular file; throws as `open` and `readFile` do. */
export async function readFileContent(path: string): Promise<FileContent> {
  const handle = await openFile(path);
  try {
    const facts = await handle.stat({ bigint: true });
    const bytes = await handle.readFile();
    const state = { sizeBytes: bytes.length, modifiedNs: String(facts.mtimeNs), hash: contentHash(bytes) };
    return { bytes, state, mode: Number(facts.mode) & 0o7777, linkCount: Number(facts.nlink) };
  } finally {
    await handle.close();
  }
}

async function hashOf(handle: FileHandle): Promise<string> {
  const hash = newContentHash();
  const chunk = Buffer.alloc(256 * 1024);
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, bytesRead));
  }
}

/** Size, modification time and hash of a regular file; undefined for anything else and where it can't be read. */
export async function readFileState(path: string): Promise<FileStateFacts | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openFile(path);
    const facts = await handle.stat({ bigint: true });
    if (!facts.isFile()) return undefined;
    const sizeBytes = Number(facts.size);
    const hash = sizeBytes > hashedBytesMax ? "" : await hashOf(handle);
    return { sizeBytes, modifiedNs: String(facts.mtimeNs), hash };
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}
