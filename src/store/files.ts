/**
 * The table files, the versions of the files that a session changed, with x_file_mark for what its rows can't say. Paths
 * are absolute.
 */
import { unixSeconds } from "../lib/clock.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle, WriteHandle } from "./handle.ts";
import { isSessionThere } from "./tombstones.ts";

/** Null: the file does not exist. */
export type FileContent = string | null;

export interface FoundFile {
  readonly sessionId: SessionId;
  readonly path: string;
  readonly content: FileContent;
}

export interface FileChange {
  readonly sessionId: SessionId;
  readonly path: string;
  readonly before: FileContent;
  readonly after: FileContent;
}

/**
 * Stores what a change needs to be shown and undone: the content before the session's first change as version 0, then a
 * version a change, each greater than every version of that path in any session. A content found that differs from the
 * last one stored (changed outside the session) is stored first. Emits file-changed. Returns false, and stores nothing,
 * where nothing changed or the session is gone.
 */
export function recordFileChange(tx: WriteHandle, change: FileChange): boolean {
  if (change.before === change.after) return false;
  if (!isSessionThere(tx, change.sessionId)) return false;
  recordFoundFile(tx, { ...change, content: change.before });
  insertVersion(tx, change, { version: nextVersion(tx, change.path), content: change.after });
  tx.emit({ type: "file-changed", sessionId: change.sessionId, path: change.path });
  return true;
}

/**
 * Stores what a file holds before the session changes it, where that is not the last that is stored of it. Nothing has
 * changed by that: without a later version it counts for nothing. Nothing is stored where the session is gone.
 */
export function recordFoundFile(tx: WriteHandle, { content, ...file }: FoundFile): void {
  if (!isSessionThere(tx, file.sessionId)) return;
  const last = lastVersion(tx, file);
  if (last?.content === content) return;
  insertVersion(tx, file, { version: last === undefined ? 0 : nextVersion(tx, file.path), content });
}

/** Very old files have text in this column: `initial`, `v1`, `v2`. */
const versionNumber = `case
  when version = 'initial' then 0
  when version glob 'v[0-9]*' then cast(substr(version, 2) as integer)
  else cast(version as integer) end`;

function lastVersion(
  tx: WriteHandle,
  file: { readonly sessionId: SessionId; readonly path: string },
): { readonly content: FileContent } | undefined {
  const row = tx.get(
    `select content, ${versionNumber} as number from files where path = ? and session_id = ?
     order by number desc, created_at desc, rowid desc limit 1`,
    [file.path, file.sessionId],
  );
  if (row === undefined) return undefined;
  const mark = markOf(tx, file, Number(row["number"]));
  return { content: mark === "absent" ? null : String(row["content"]) };
}

function nextVersion(tx: WriteHandle, path: string): number {
  const row = tx.get(`select max(${versionNumber}) as number from files where path = ?`, [path]);
  return Number(row?.["number"] ?? 0) + 1;
}

/** Crush has no word for "no file": it stores the empty text, and a mark tells the two apart. */
type VersionMark = "absent" | "empty";

function insertVersion(
  tx: WriteHandle,
  file: { readonly sessionId: SessionId; readonly path: string },
  version: { readonly version: number; readonly content: FileContent },
): void {
  const now = unixSeconds(tx.nowMs);
  tx.run(
    "insert into files (id, session_id, path, content, version, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?)",
    [crypto.randomUUID(), file.sessionId, file.path, version.content ?? "", version.version, now, now],
  );
  if (version.content === null) putMark(tx, file, { version: version.version, kind: "absent" });
  if (version.content === "") putMark(tx, file, { version: version.version, kind: "empty" });
}

/** Why a change that was seen has no versions: the file is over 1 MB, over 200 changed at once, or it holds a key. */
export type UnkeptReason = "too-large" | "too-many" | "holds-key";

const unkeptReasons: readonly UnkeptReason[] = ["too-large", "too-many", "holds-key"];

/** Stands for the whole path, since no version was kept. */
const noVersion = -1;

function putMark(
  tx: WriteHandle,
  file: { readonly sessionId: SessionId; readonly path: string },
  mark: { readonly version: number; readonly kind: VersionMark | UnkeptReason },
): void {
  tx.run(
    `insert into x_file_mark (session_id, path, version, kind, created_at_ms) values (?, ?, ?, ?, ?)
     on conflict (session_id, path, version) do update set kind = excluded.kind, created_at_ms = excluded.created_at_ms`,
    [file.sessionId, file.path, mark.version, mark.kind, tx.nowMs],
  );
}

function markOf(
  handle: ReadHandle,
  file: { readonly sessionId: SessionId; readonly path: string },
  version: number,
): string | undefined {
  const row = handle.get("select kind from x_file_mark where session_id = ? and path = ? and version = ?", [
    file.sessionId,
    file.path,
    version,
  ]);
  return row === undefined ? undefined : String(row["kind"]);
}

/** Lists a changed file by name only. Emits file-changed. Returns false where the session is gone. */
export function recordUnkeptChange(
  tx: WriteHandle,
  change: { readonly sessionId: SessionId; readonly path: string; readonly reason: UnkeptReason },
): boolean {
  if (!isSessionThere(tx, change.sessionId)) return false;
  putMark(tx, change, { version: noVersion, kind: change.reason });
  tx.emit({ type: "file-changed", sessionId: change.sessionId, path: change.path });
  return true;
}

/** Files that changed without a version being kept, by path. */
export function listUnkeptChanges(
  handle: ReadHandle,
  sessionId: SessionId,
): { readonly path: string; readonly reason: UnkeptReason }[] {
  return handle
    .all("select path, kind from x_file_mark where session_id = ? and version = ? order by path", [
      sessionId,
      noVersion,
    ])
    .map((row) => ({
      path: String(row["path"]),
      reason: unkeptReasons.find((reason) => reason === row["kind"]) ?? "too-large",
    }));
}

/**
 * What a session did to its files, by path: the content before its first change against the one after its last. Files
 * that are again as they were are left out.
 */
export function changedFiles(handle: ReadHandle, sessionId: SessionId): FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, span] of versionSpans(handle, sessionId)) {
    const before = contentOf(handle, { sessionId, path }, span.first);
    const after = contentOf(handle, { sessionId, path }, span.last);
    // A new file of Crush's begins with an empty version; no mark tells it from an empty file.
    const isNew = before.content === null || (before.content === "" && !before.isMarked);
    const change = { sessionId, path, before: isNew ? null : before.content, after: after.content };
    if (change.before !== change.after) changes.push(change);
  }
  return changes;
}

/** A row of files without its content, which may be large. */
interface VersionRow {
  readonly rowid: number;
  readonly number: number;
}

function versionSpans(
  handle: ReadHandle,
  sessionId: SessionId,
): Map<string, { readonly first: VersionRow; readonly last: VersionRow }> {
  const spans = new Map<string, { readonly first: VersionRow; readonly last: VersionRow }>();
  const rows = handle.all(
    `select rowid, path, ${versionNumber} as number from files where session_id = ?
     order by path, number, created_at, rowid`,
    [sessionId],
  );
  for (const row of rows) {
    const version = { rowid: Number(row["rowid"]), number: Number(row["number"]) };
    const path = String(row["path"]);
    spans.set(path, { first: spans.get(path)?.first ?? version, last: version });
  }
  return spans;
}

function contentOf(
  handle: ReadHandle,
  file: { readonly sessionId: SessionId; readonly path: string },
  version: VersionRow,
): { readonly content: FileContent; readonly isMarked: boolean } {
  const row = handle.get("select content from files where rowid = ?", [version.rowid]);
  const content = String(row?.["content"] ?? "");
  const mark = content === "" ? markOf(handle, file, version.number) : undefined;
  return { content: mark === "absent" ? null : content, isMarked: mark !== undefined };
}

/** Paths of which the session has versions. */
export function listVersionedPaths(handle: ReadHandle, sessionId: SessionId): string[] {
  return handle
    .all("select distinct path from files where session_id = ? order by path", [sessionId])
    .map((row) => String(row["path"]));
}

/** Another text whenever a version or a mark of the session was added or removed. */
export function stateOfFiles(handle: ReadHandle, sessionId: SessionId): string {
  const row = handle.get(
    `select (select count(*) || ':' || coalesce(max(rowid), 0) from files where session_id = ?) || ' ' ||
            (select count(*) || ':' || coalesce(max(rowid), 0) from x_file_mark where session_id = ?) as state`,
    [sessionId, sessionId],
  );
  return String(row?.["state"]);
}
