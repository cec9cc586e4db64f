import { AppError } from "../lib/app-error.ts";
import { lockHolder } from "../lib/lock-holder.ts";
import { resultCode, sqliteResultCode } from "./sqlite.ts";

export function isBusy(error: unknown): boolean {
  const code = sqliteResultCode(error);
  return code === resultCode.busy || code === resultCode.locked;
}

/** What a person can act on, as an AppError; any other error as it is. `path` is the database's. */
export function databaseError(error: unknown, path: string): unknown {
  const options = { cause: error };
  switch (sqliteResultCode(error)) {
    case resultCode.error: {
      const missing = missingObject(error);
      return missing === null ? error : unfitSchema(path, `its ${missing} is missing`, error);
    }
    case resultCode.busy:
    case resultCode.locked:
      return new AppError("database-locked", `The session database ${path} is locked by ${lockedBy(path)}.`, {
        ...options,
        hint: "End the program that holds it, or try again later.",
      });
    case resultCode.corrupt:
    case resultCode.notADatabase:
      return invalidDatabase(path, "it is damaged or not a SQLite database", error);
    case resultCode.full:
      return new AppError("disk-full", `No space is left on the disk for the session database ${path}.`, {
        ...options,
        hint: "Free some space; nothing that was stored before is lost.",
      });
    case resultCode.readOnly:
      return new AppError("input-output", `The session database ${path} can't be written: it is read-only.`, {
        ...options,
        hint: "Make the file and its directory writable, or choose another directory with --data-dir.",
      });
    case resultCode.cannotOpen:
      return new AppError("input-output", `The session database ${path} can't be opened.`, {
        ...options,
        hint: "Check the permissions of the file and its directory, or choose another directory with --data-dir.",
      });
    case resultCode.inputOutput:
      return new AppError("input-output", `Reading or writing the session database ${path} failed.`, {
        ...options,
        hint: "Check the disk that it is on: it may be full or failing.",
      });
    default:
      return error;
  }
}

/** Byte of the shared memory file that whoever writes holds (sqlite.org/walformat.html, WAL_WRITE_LOCK). */
const writeLockByte = 120;
/** Of the database itself: held by who has it alone, and by who writes without a log (sqlite.org/fileformat2, lock bytes). */
const exclusiveByte = 0x4000_0002;
const reservedByte = 0x4000_0001;

/** Who is in the way, for people. */
export function lockedBy(path: string): string {
  const holder =
    lockHolder(`${path}-shm`, writeLockByte) ?? lockHolder(path, exclusiveByte) ?? lockHolder(path, reservedByte);
  return holder ?? "another program";
}

export function invalidDatabase(path: string, reason: string, cause?: unknown): AppError {
  return new AppError("database-invalid", `${path} can't be used as a session database: ${reason}.`, {
    hint: "It was left as it is. `crush doctor` says what can be recovered; --data-dir chooses another directory.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The table or column that a statement names and the database has not. */
function missingObject(error: unknown): string | null {
  const message = error instanceof Error ? error.message : "";
  const [, kind, name] = /no such (table|column): (?:main\.)?(\S+)/u.exec(message) ?? [];
  if (kind !== undefined && name !== undefined) return `${kind} ${name}`;
  const [, table, column] = /table (\S+) has no column named (\S+)/u.exec(message) ?? [];
  return table === undefined || column === undefined ? null : `column ${table}.${column}`;
}

/** Somebody has changed the tables. Not taken for damage: what is missing can be made again. */
export function unfitSchema(path: string, reason: string, cause?: unknown): AppError {
  return new AppError("database-unfit", `${path} can't be used as a session database: ${reason}.`, {
    hint: "`crush doctor --repair` makes our own tables whole, `crush doctor --repair --all` Crush's too, after a backup.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What a newer Crush does without is nobody's fault, and nothing is to be mended. */
export function newerCrush(path: string, reason: string): AppError {
  return new AppError("database-unfit", `${path} is of a newer Crush that this version can't read: ${reason}.`, {
    hint: "It was left as it is. Use a newer version of this program, or choose another directory with --data-dir.",
  });
}

/** A commit stands, but may not survive a loss of power. */
export function syncFailed(path: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError("input-output", `The disk did not confirm what was written to ${path}: ${reason}`, {
    hint: "Check the disk: it may be failing. What is shown is stored, but may not survive a loss of power.",
    cause,
  });
}
