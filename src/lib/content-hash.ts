import type { Hash } from "node:crypto";

/** Identifies a file's content (`FileFact.hash`): SHA-256, lower-case hex. */
export function contentHash(content: Uint8Array | string): string {
  return newContentHash().update(content).digest("hex");
}

/** For content that comes in pieces. Loads node:crypto (5 ms) when it is first called: start-up hashes nothing. */
export function newContentHash(): Hash {
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}
