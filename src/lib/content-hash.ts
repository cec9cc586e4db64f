import { createHash } from "node:crypto";

/** Identifies a file's content (`FileFact.hash`): SHA-256, lower-case hex. */
export function contentHash(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
