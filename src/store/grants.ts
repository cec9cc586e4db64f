/** The table x_grant: lasting permissions of a session, or (without a session) of the project. */
import { asSessionId } from "../schema/ids.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Grant, PermissionAction } from "../schema/permission.ts";
import type { ReadHandle, SqlRow, WriteHandle } from "./handle.ts";
import { storedMilliseconds } from "./stored-values.ts";
import { isSessionThere } from "./tombstones.ts";

const columns = "id, scope, session_id, tool, action, pattern, created_at_ms";

/**
 * Keeps a permission; one that is there already (same scope, session, tool, action and pattern) and holds is not kept
 * twice. Emits grants-changed. Returns false where it was there, or its session is gone.
 */
export function insertGrant(tx: WriteHandle, grant: Grant, holds: (known: Grant) => boolean): boolean {
  const isKnown = listGrantsOf(tx, grant.sessionId).some(
    (other) =>
      other.tool === grant.tool && other.action === grant.action && other.pattern === grant.pattern && holds(other),
  );
  const isOrphan = grant.sessionId !== null && !isSessionThere(tx, grant.sessionId);
  if (isKnown || isOrphan) return false;
  tx.run(`insert into x_grant (${columns}) values (?, ?, ?, ?, ?, ?, ?)`, [
    grant.id,
    grant.scope,
    grant.sessionId,
    grant.tool,
    grant.action,
    grant.pattern,
    grant.createdAtMs,
  ]);
  tx.emit({ type: "grants-changed", sessionId: grant.sessionId });
  return true;
}

/** Emits grants-changed. Returns false where there was none. */
export function deleteGrant(tx: WriteHandle, id: string): boolean {
  const row = tx.get(`select ${columns} from x_grant where id = ?`, [id]);
  if (row === undefined) return false;
  tx.run("delete from x_grant where id = ?", [id]);
  tx.emit({ type: "grants-changed", sessionId: decodeGrant(row).sessionId });
  return true;
}

/** What holds in a session: its own grants, then the project's; each group oldest first. */
export function listGrants(handle: ReadHandle, sessionId: SessionId): Grant[] {
  return [...listGrantsOf(handle, sessionId), ...listGrantsOf(handle, null)];
}

function listGrantsOf(handle: ReadHandle, sessionId: SessionId | null): Grant[] {
  return handle
    .all(`select ${columns} from x_grant where session_id is ? order by created_at_ms, rowid`, [sessionId])
    .map(decodeGrant);
}

function decodeGrant(row: SqlRow): Grant {
  return {
    id: String(row["id"]),
    scope: row["session_id"] === null ? "project" : "session",
    sessionId: row["session_id"] === null ? null : asSessionId(String(row["session_id"])),
    tool: String(row["tool"]),
    action: String(row["action"]) as PermissionAction,
    pattern: String(row["pattern"]),
    createdAtMs: storedMilliseconds(row["created_at_ms"]),
  };
}
