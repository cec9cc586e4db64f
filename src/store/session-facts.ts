/** The table x_session: our own facts of a session. Sessions that only Crush has touched have none. */
import { asMessageId, asSessionId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { Session, SessionFacts, TitleSource } from "../schema/session.ts";
import type { ReadHandle, SqlRow, SqlValue, WriteHandle } from "./handle.ts";
import { storedMilliseconds } from "./stored-values.ts";
import { isSessionThere } from "./tombstones.ts";

const columns = `session_id, provider, model, reasoning_effort, title_source, last_own_title, draft, working_directory,
  git_branch, pinned_at_ms, archived_at_ms, forked_from_session_id, forked_from_message_id, created_at_ms,
  updated_at_ms`;

export function getSessionFacts(handle: ReadHandle, sessionId: SessionId): SessionFacts | null {
  const row = handle.get(`select ${columns} from x_session where session_id = ?`, [sessionId]);
  return row === undefined ? null : decodeFacts(row);
}

/** Of all sessions, for lists. */
export function listSessionFacts(handle: ReadHandle): ReadonlyMap<SessionId, SessionFacts> {
  const facts = handle.all(`select ${columns} from x_session`).map(decodeFacts);
  return new Map(facts.map((each) => [each.sessionId, each]));
}

function decodeFacts(row: SqlRow): SessionFacts {
  const sources: readonly TitleSource[] = ["provisional", "model", "person"];
  return {
    sessionId: asSessionId(String(row["session_id"])),
    provider: textOrNull(row["provider"]),
    model: textOrNull(row["model"]),
    reasoningEffort: textOrNull(row["reasoning_effort"]),
    titleSource: sources.find((source) => source === row["title_source"]) ?? "person",
    lastOwnTitle: textOrNull(row["last_own_title"]),
    draft: textOrNull(row["draft"]) ?? "",
    workingDirectory: textOrNull(row["working_directory"]),
    gitBranch: textOrNull(row["git_branch"]),
    pinnedAtMs: numberOrNull(row["pinned_at_ms"]),
    archivedAtMs: numberOrNull(row["archived_at_ms"]),
    forkedFromSessionId: idOrNull(row["forked_from_session_id"], asSessionId),
    forkedFromMessageId: idOrNull(row["forked_from_message_id"], asMessageId),
    createdAtMs: storedMilliseconds(row["created_at_ms"]),
    updatedAtMs: storedMilliseconds(row["updated_at_ms"]),
  };
}

function textOrNull(value: SqlValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function numberOrNull(value: SqlValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}

function idOrNull<Id>(value: SqlValue | undefined, asId: (text: string) => Id): Id | null {
  return typeof value === "string" ? asId(value) : null;
}

export interface SessionFactsChange {
  readonly provider?: string | null;
  readonly model?: string | null;
  readonly reasoningEffort?: string | null;
  readonly draft?: string;
  readonly workingDirectory?: string | null;
  readonly gitBranch?: string | null;
  readonly pinnedAtMs?: number | null;
  readonly archivedAtMs?: number | null;
  readonly forkedFromSessionId?: SessionId | null;
  readonly forkedFromMessageId?: MessageId | null;
  readonly titleSource?: TitleSource;
  readonly lastOwnTitle?: string | null;
}

const columnOf: Readonly<Record<keyof SessionFactsChange, string>> = {
  provider: "provider",
  model: "model",
  reasoningEffort: "reasoning_effort",
  draft: "draft",
  workingDirectory: "working_directory",
  gitBranch: "git_branch",
  pinnedAtMs: "pinned_at_ms",
  archivedAtMs: "archived_at_ms",
  forkedFromSessionId: "forked_from_session_id",
  forkedFromMessageId: "forked_from_message_id",
  titleSource: "title_source",
  lastOwnTitle: "last_own_title",
};

/**
 * Changes the given facts, making the row where there is none. Nothing in `sessions` changes. Emits session-updated.
 * False: the session is gone.
 */
export function changeSessionFacts(tx: WriteHandle, sessionId: SessionId, change: SessionFactsChange): boolean {
  if (!isSessionThere(tx, sessionId)) return false;
  writeFacts(tx, sessionId, change);
  tx.emit({ type: "session-updated", sessionId });
  return true;
}

/** Writes a title, ours or one that a person gave here. Emits session-updated. False: the session is gone. */
export function setTitle(
  tx: WriteHandle,
  sessionId: SessionId,
  title: { readonly text: string; readonly source: TitleSource },
): boolean {
  if (!isSessionThere(tx, sessionId)) return false;
  tx.run("update sessions set title = ? where id = ?", [title.text, sessionId]);
  writeFacts(tx, sessionId, { titleSource: title.source, lastOwnTitle: title.text });
  tx.emit({ type: "session-updated", sessionId });
  return true;
}

function writeFacts(tx: WriteHandle, sessionId: SessionId, change: SessionFactsChange): void {
  tx.run(
    `insert into x_session (session_id, created_at_ms, updated_at_ms) values (?, ?, ?)
     on conflict (session_id) do update set updated_at_ms = excluded.updated_at_ms`,
    [sessionId, tx.nowMs, tx.nowMs],
  );
  for (const name of Object.keys(columnOf) as (keyof SessionFactsChange)[]) {
    const value = change[name];
    if (value === undefined) continue;
    tx.run(`update x_session set ${columnOf[name]} = ? where session_id = ?`, [value, sessionId]);
  }
}

/** Titles that Crush gives by itself. */
const placeholders: readonly string[] = ["New Session", "Untitled Session", "New Agent Session"];

/**
 * Whose the stored title is. One that differs from the last that ours wrote was given by a person elsewhere, and is never
 * overwritten; Crush's own placeholders are nobody's.
 */
export function titleSource(session: Session, facts: SessionFacts | null): TitleSource {
  if (facts !== null && session.title === facts.lastOwnTitle) return facts.titleSource;
  return placeholders.includes(session.title) ? "provisional" : "person";
}
