import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { invalidDatabase } from "./database-error.ts";

/**
 * Makes sure that the database's directory and file exist, with the modes that the format asks for (0700, with a
 * `.gitignore` of `*`; 0600). What exists keeps its mode and content.
 */
export function prepareDatabaseFile(databasePath: string): void {
  const directory = path.dirname(databasePath);
  try {
    if (!existsSync(databasePath)) {
      makeDirectory(directory);
      createFile(databasePath, "");
    }
  } catch (error) {
    throw unusableDirectory(directory, error);
  }
}

/** Without a database: for one that is put there whole. Throws AppError. */
export function prepareDataDirectory(directory: string): void {
  try {
    makeDirectory(directory);
  } catch (error) {
    throw unusableDirectory(directory, error);
  }
}

function makeDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  createFile(path.join(directory, ".gitignore"), "*\n");
}

/** Does nothing where the file exists, made by another process a moment ago perhaps. */
function createFile(file: string, content: string): void {
  try {
    writeFileSync(file, content, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** Of the smallest page that SQLite writes. */
const databaseBytesMin = 512;

/**
 * Refuses what is too short to be a database; SQLite itself takes a file of one byte for an empty one. The file is not
 * opened: closing it would drop the locks that another connection of this process holds on it.
 */
export function checkDatabaseSize(databasePath: string): void {
  const size = statSync(databasePath, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 0 && size < databaseBytesMin) throw invalidDatabase(databasePath, "it is not a SQLite database");
}

function unusableDirectory(directory: string, cause: unknown): AppError {
  if (codeOf(cause) === "ENOSPC") {
    return new AppError("disk-full", `No space is left on the disk for the data directory ${directory}.`, {
      hint: "Free some space, or choose another directory with --data-dir.",
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError("input-output", `The data directory ${directory} can't be used: ${reason}`, {
    hint: "Make it writable, or choose another directory with --data-dir.",
    cause,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
