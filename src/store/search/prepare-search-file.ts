import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { fileIdentity } from "../../lib/file-identity.ts";
import { withLockFile } from "../../lib/lock-file.ts";
import { openAsGuest } from "../open-for-reading.ts";
import { waitWhileBusy } from "../wait-while-busy.ts";
import type { BusyWait } from "../wait-while-busy.ts";
import { resultCode, sqliteResultCode } from "../sqlite.ts";
import type { Connection } from "../sqlite.ts";
import { applicationId, indexTables, indexVersion } from "./index-schema.ts";

/** Why the index of a newer program is not touched; searching does without. */
export class NewerIndexError extends Error {}

/** Makes the tables of an empty file. Throws where the file is not ours to use as it is. */
export function prepareSearchFile(connection: Connection): void {
  const mode = connection.get("pragma journal_mode = wal")?.["journal_mode"];
  if (mode !== "wal") connection.execute("pragma synchronous = full");
  connection.execute("begin immediate");
  try {
    const isEmpty = connection.get("select 1 from sqlite_master limit 1") === undefined;
    const id = Number(connection.get("pragma application_id")?.["application_id"]);
    const version = Number(connection.get("pragma user_version")?.["user_version"]);
    if (!isEmpty && id === applicationId && version > indexVersion) throw new NewerIndexError();
    if (!isEmpty && (id !== applicationId || version !== indexVersion)) throw new StaleIndexError();
    if (isEmpty) {
      for (const statement of indexTables) connection.execute(statement);
      connection.execute(
        `pragma application_id = ${String(applicationId)}; pragma user_version = ${String(indexVersion)}`,
      );
    }
    connection.execute("commit");
  } catch (error) {
    connection.rollback();
    throw error;
  }
}

/** For reading what is there, without a trace. Null: there is no index of this version. Throws the driver's errors. */
export function openIndexAsGuest(path: string): Connection | null {
  if (!existsSync(path)) return null;
  const connection = openAsGuest(path);
  try {
    const id = connection.get("pragma application_id")?.["application_id"];
    const version = connection.get("pragma user_version")?.["user_version"];
    if (Number(id) === applicationId && Number(version) === indexVersion) return connection;
    connection.close();
    return null;
  } catch (error) {
    connection.close();
    throw error;
  }
}

class StaleIndexError extends Error {}

/** What making the file anew mends. */
export function isDamage(error: unknown): boolean {
  const code = sqliteResultCode(error);
  if (error instanceof StaleIndexError || code === resultCode.corrupt || code === resultCode.notADatabase) return true;
  return error instanceof Error && error.cause !== undefined && isDamage(error.cause);
}

/** The directory is read-only, or another user's. */
export function isNotWritable(error: unknown): boolean {
  const code = sqliteResultCode(error);
  if (code === resultCode.readOnly || code === resultCode.cannotOpen) return true;
  return error instanceof Error && "code" in error && ["EROFS", "EACCES", "EPERM"].includes(String(error.code));
}

/** The file itself goes last: as long as it is there nobody makes a new one, whose log this would be. */
export function removeIndex(path: string): void {
  for (const suffix of ["-shm", "-wal", ""]) rmSync(`${path}${suffix}`, { force: true });
}

/** Removes the file that was found to be of no use, and no other that a process has put there since. */
export async function removeStaleIndex(path: string, identity: string | undefined): Promise<void> {
  await withLockFile(path, () => {
    if (fileIdentity(path) === identity) removeIndex(path);
  });
}

/** Other processes that start at the same time may take the file away, each of them once. */
const openTriesMax = 5;

/** Makes the file where there is none and calls `tryOpen`, again where the file was of no use or another took its place. */
export async function openReplacingStale<T>(path: string, tryOpen: () => T, wait: BusyWait): Promise<T> {
  for (let triesLeft = openTriesMax; ; triesLeft -= 1) {
    let identity: string | undefined;
    try {
      return await waitWhileBusy(() => {
        if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
        identity = fileIdentity(path);
        return tryOpen();
      }, wait);
    } catch (error) {
      const isReplaced = identity !== undefined && fileIdentity(path) !== identity;
      if (error instanceof NewerIndexError || triesLeft <= 1 || !(isReplaced || isDamage(error))) throw error;
      await removeStaleIndex(path, identity);
    }
  }
}
