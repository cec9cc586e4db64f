import { join } from "node:path";
import { contentHash } from "../lib/content-hash.ts";
import type { SessionId } from "../schema/ids.ts";

/**
 * Where a session's spilled outputs go. Ids come from the database, which a stranger may have made: one that is no plain
 * name (`..`) must not lead anywhere else.
 */
export function outputDirectory(dataDirectory: string, sessionId: SessionId): string {
  const name = /^[\w$-]{1,200}$/u.test(sessionId) ? sessionId : contentHash(sessionId);
  return join(dataDirectory, "outputs", name);
}
