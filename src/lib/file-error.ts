import { AppError } from "./app-error.ts";

const full: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);
const forbidden: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/** Turns the system's error about a file into one that a person can act on. `doing` completes "cannot …". */
export function toFileError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const { code = "", message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  if (full.has(code)) {
    return new AppError("disk-full", `cannot ${doing}: no space left on the device`, {
      hint: "make room, then try again; nothing was changed",
      cause: error,
    });
  }
  if (forbidden.has(code)) {
    return new AppError("permission-denied", `cannot ${doing}: ${message}`, {
      hint: "check who owns the file and its directory, and whether they may be written",
      cause: error,
    });
  }
  return new AppError("input-output", `cannot ${doing}: ${message}`, { cause: error });
}
