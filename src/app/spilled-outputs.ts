import { existsSync, readdirSync, statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { contentHash } from "../lib/content-hash.ts";
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { SessionRemains } from "../store/session-remains.ts";

/** Names that stand for another id, or for one that can't be told any more. Neither sign is in a plain name. */
const encodedMark = "=";
const hashedMark = "~";
/** File systems take 255 bytes. */
const nameLengthMax = 200;

/**
 * Where a session's spilled outputs go. Ids come from the database, which a stranger may have made: one that is no plain
 * name (`..`) must not lead anywhere else.
 */
export function outputDirectory(dataDirectory: string, sessionId: SessionId): string {
  return path.join(dataDirectory, "outputs", folderName(sessionId));
}

function folderName(sessionId: SessionId): string {
  if (/^[\w$-]{1,200}$/u.test(sessionId)) return sessionId;
  const encoded = `${encodedMark}${Buffer.from(sessionId).toString("base64url")}`;
  return encoded.length <= nameLengthMax ? encoded : `${hashedMark}${contentHash(sessionId)}`;
}

function sessionOf(folder: string): SessionId | null {
  if (folder.startsWith(hashedMark)) return null;
  const isEncoded = folder.startsWith(encodedMark);
  return asSessionId(isEncoded ? Buffer.from(folder.slice(encodedMark.length), "base64url").toString() : folder);
}

/** The outputs that were too long for the model, a folder a session: see outputDirectory. */
export function spilledOutputs(dataDirectory: string): SessionRemains {
  const directory = path.join(dataDirectory, "outputs");
  return {
    name: "outputs",
    listSessionIds: async () => {
      if (!existsSync(directory)) return [];
      return (await readdir(directory)).flatMap((folder) => sessionOf(folder) ?? []);
    },
    remove: async (sessionIds) => {
      for (const id of sessionIds) await rm(outputDirectory(dataDirectory, id), { recursive: true, force: true });
    },
  };
}

/** What a session's own outputs take on the disk. */
export function spilledBytes(dataDirectory: string, sessionId: SessionId): number {
  const directory = outputDirectory(dataDirectory, sessionId);
  if (!existsSync(directory)) return 0;
  const sizes = readdirSync(directory).map(
    (name) => statSync(path.join(directory, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
