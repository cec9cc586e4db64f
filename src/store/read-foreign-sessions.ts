import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import { hasTable } from "./database-copies.ts";
import { databaseError } from "./database-error.ts";
import { openAsGuest } from "./open-for-reading.ts";
import { decodeSession, sessionColumns } from "./session-row.ts";
import type { Connection } from "./sqlite.ts";
import { isTopLevel } from "./stray-sessions.ts";
import { buried } from "./tombstones.ts";

/**
 * The newest sessions of another project's database, read by a connection that can't write and is closed at once, so that
 * nobody there waits for it. Only what each version of the format has is asked for. Throws AppError where it can't be read.
 */
export function readForeignSessions(path: string, limit: number): Session[] {
  return readForeign(path, (connection) =>
    connection
      .all(
        `select ${sessionColumns} from sessions
         where ${isTopLevel("sessions")} and message_count > 0 and not ${isRemoved(connection)}
         order by updated_at desc limit ?`,
        [limit],
      )
      .map(decodeSession),
  );
}

/** As `readForeignSessions`, of one session: child sessions and empty ones are there, those being deleted are not. */
export function hasForeignSession(path: string, id: SessionId): boolean {
  return readForeign(
    path,
    (connection) =>
      connection.get(`select 1 from sessions where id = ? and not ${isRemoved(connection)}`, [id]) !== undefined,
  );
}

function isRemoved(connection: Connection): string {
  return hasTable(connection, "x_tombstone") ? `id in ${buried}` : "false";
}

function readForeign<T>(path: string, read: (connection: Connection) => T): T {
  try {
    const connection = openAsGuest(path);
    try {
      return read(connection);
    } finally {
      connection.close();
    }
  } catch (error) {
    throw databaseError(error, path);
  }
}
