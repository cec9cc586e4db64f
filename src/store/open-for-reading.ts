/** Databases that can't be written: on a read-only file system, or another user's. */
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "../lib/app-error.ts";
import { isLogMissing } from "./missing-log.ts";
import { Connection, resultCode, sqliteResultCode } from "./sqlite.ts";

const reasons: Readonly<Record<string, string>> = {
  EROFS: "is on a read-only file system",
  EACCES: "may not be written by this user",
  EPERM: "may not be written by this user",
};

/** Why an existing database can't be written, as a sentence without its full stop; null where it can. SQLite needs its directory too. */
export function writeProblem(databasePath: string): string | null {
  for (const target of [databasePath, path.dirname(databasePath)]) {
    try {
      accessSync(target, constants.W_OK);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      const reason = reasons[code];
      if (reason !== undefined) return `${target} ${reason}`;
    }
  }
  return null;
}

/**
 * Opens a database for reading alone, also where its directory can't be written. What another process writes meanwhile by
 * another way to the same files is seen only where the log lies beside the database. Throws AppError where there is a log
 * that can't be read so, the driver's errors otherwise.
 */
export function openForReading(databasePath: string): Connection {
  // Reading makes a log, after which no start would say that one was lost.
  if (isLogMissing(databasePath)) return new Connection(traceless(databasePath), { isReadOnly: true });
  const connection = new Connection(databasePath, { isReadOnly: true });
  try {
    connection.get("select 1 from sqlite_master limit 1");
    return connection;
  } catch (error) {
    connection.close();
    const code = sqliteResultCode(error);
    if (code !== resultCode.cannotOpen && code !== resultCode.readOnly) throw error;
    if (hasLog(databasePath)) throw logIsClosed(databasePath, error);
    return new Connection(traceless(databasePath), { isReadOnly: true });
  }
}

/** Leaves no trace. Throws the driver's errors, also where reading would have to wait. */
export function openAsGuest(databasePath: string): Connection {
  return new Connection(traceless(databasePath), { isReadOnly: true });
}

/**
 * Where no program has left a log, the file is all there is: opened as immutable, no shared memory is made beside it. With a
 * log (a program is at work, or has crashed) what it needs is there already.
 */
function traceless(databasePath: string): string {
  return hasLog(databasePath) ? databasePath : `${pathToFileURL(databasePath).href}?immutable=1`;
}

function hasLog(databasePath: string): boolean {
  const log = statSync(`${databasePath}-wal`, { throwIfNoEntry: false });
  return log !== undefined && log.size > 0;
}

function logIsClosed(databasePath: string, cause: unknown): AppError {
  return new AppError(
    "input-output",
    `The session database ${databasePath} can't be read where it can't be written: its log holds changes that were not put into it.`,
    {
      hint: "Make its directory writable, or copy the whole directory and name the copy with --data-dir.",
      cause,
    },
  );
}

/** What is said to whoever wants to change something. */
export function notWritable(problem: string): AppError {
  return new AppError("permission-denied", `Nothing can be changed: ${problem}.`, {
    hint: "Make the file and its directory writable, or choose another directory with --data-dir.",
  });
}

export function isNewer(reason: string): AppError {
  return new AppError("database-newer", `Nothing can be changed: ${reason}.`, {
    hint: "Install the newer version to write to it.",
  });
}
