import { statSync } from "node:fs";

/**
 * Whether somebody took the log away from a database that was not closed. SQLite makes the log before the shared memory and
 * removes it after, whatever it opens and closes, and `kill -9` leaves both: only then does the shared memory lie there
 * alone. To be asked before SQLite opens the database, which makes a new log.
 */
export function isLogMissing(database: string): boolean {
  const memory = fileNumber(`${database}-shm`);
  if (memory === null || fileNumber(`${database}-wal`) !== null) return false;
  const isEmpty = (statSync(database, { throwIfNoEntry: false })?.size ?? 0) === 0;
  // Another program may have closed the database, and opened it again, between the two looks.
  return !isEmpty && fileNumber(`${database}-shm`) === memory;
}

function fileNumber(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
}
