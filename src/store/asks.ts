/**
 * The table x_ask: questions for leave that turns wait with, in the order of asking. They outlive a turn whose process
 * was killed; any other end takes them away.
 */
import { parseJson } from "../lib/json.ts";
import { asMessageId, asSessionId, asToolCallId } from "../schema/ids.ts";
import type { MessageId, SessionId, ToolCallId } from "../schema/ids.ts";
import type { ReadHandle, SqlRow, WriteHandle } from "./handle.ts";
import { storedMilliseconds } from "./stored-values.ts";
import { buried } from "./tombstones.ts";
import { getTurn } from "./turns.ts";

export interface StoredAsk {
  readonly id: string;
  readonly sessionId: SessionId;
  /** The step whose call asks. */
  readonly messageId: MessageId;
  readonly callId: ToolCallId;
  /** As the app encodes it. */
  readonly request: string;
  readonly askedAtMs: number;
  /** The rows that stand for results since the turn was settled; null: the turn runs, or nobody has settled it yet. */
  readonly settled: readonly MessageId[] | null;
}

const columns = "id, session_id, message_id, call_id, request, settled, asked_at_ms";

/** Of the session's running turn: its step is the one that asks. Does nothing where there is none. */
export function insertAsk(
  tx: WriteHandle,
  { id, sessionId, callId, request }: Pick<StoredAsk, "id" | "sessionId" | "callId" | "request">,
): void {
  const messageId = getTurn(tx, sessionId)?.messageId ?? null;
  if (messageId === null) return;
  tx.run(
    `insert or replace into x_ask (id, session_id, message_id, call_id, request, asked_at_ms) values (?, ?, ?, ?, ?, ?)`,
    [id, sessionId, messageId, callId, request, tx.nowMs],
  );
}

export function deleteAsk(tx: WriteHandle, id: string): void {
  tx.run("delete from x_ask where id = ?", [id]);
}

export function deleteAsks(tx: WriteHandle, sessionId: SessionId): void {
  tx.run("delete from x_ask where session_id = ?", [sessionId]);
}

/** Keeps the session's questions beyond their turn. */
export function settleAsks(tx: WriteHandle, sessionId: SessionId, results: readonly MessageId[]): void {
  tx.run("update x_ask set settled = ? where session_id = ?", [JSON.stringify(results), sessionId]);
}

/** Of one session, or of all that are there. */
export function listAsks(handle: ReadHandle, sessionId?: SessionId): readonly StoredAsk[] {
  const order = "order by asked_at_ms, rowid";
  const rows =
    sessionId === undefined
      ? handle.all(`select ${columns} from x_ask where session_id not in ${buried} ${order}`)
      : handle.all(`select ${columns} from x_ask where session_id = ? and session_id not in ${buried} ${order}`, [
          sessionId,
        ]);
  return rows.map(decodeAsk);
}

function decodeAsk(row: SqlRow): StoredAsk {
  const settled = typeof row["settled"] === "string" ? parseJson(row["settled"]) : null;
  return {
    id: String(row["id"]),
    sessionId: asSessionId(String(row["session_id"])),
    messageId: asMessageId(String(row["message_id"])),
    callId: asToolCallId(String(row["call_id"])),
    request: String(row["request"]),
    askedAtMs: storedMilliseconds(row["asked_at_ms"]),
    settled: Array.isArray(settled) ? settled.flatMap((id) => (typeof id === "string" ? [asMessageId(id)] : [])) : null,
  };
}
