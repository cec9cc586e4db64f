/**
 * What a session has read: Crush's table read_files (a path relative to the directory in which the program was started,
 * and a time) and, finer, our x_file_fact (an absolute path and the file's state).
 */
import path from "node:path";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle, SqlRow, WriteHandle } from "./handle.ts";
import { storedNumber } from "./stored-values.ts";
import { isSessionThere } from "./tombstones.ts";

/** The state in which a file was read. */
export interface ReadFact {
  readonly sizeBytes: number;
  /** Nanoseconds since the epoch as a decimal string. */
  readonly modifiedNs: string;
  /** Of the content, lower-case hex; "" where only Crush recorded the read. */
  readonly hash: string;
  /** Unix seconds. */
  readonly readAt: number;
}

/** Records that the session knows the file as it is now. Returns false where the session is gone. */
export function recordFileRead(
  tx: WriteHandle,
  read: {
    readonly sessionId: SessionId;
    /** Absolute. */
    readonly path: string;
    /** The directory in which the program was started. Absolute. */
    readonly startDirectory: string;
    readonly fact: Omit<ReadFact, "readAt">;
  },
): boolean {
  if (!isSessionThere(tx, read.sessionId)) return false;
  const readAt = Math.floor(tx.nowMs / 1000);
  tx.run(
    `insert into read_files (session_id, path, read_at) values (?, ?, ?)
     on conflict (path, session_id) do update set read_at = excluded.read_at`,
    [read.sessionId, relativePath(read.startDirectory, read.path), readAt],
  );
  tx.run(
    `insert into x_file_fact (session_id, path, size_bytes, modified_ns, hash, read_at) values (?, ?, ?, ?, ?, ?)
     on conflict (session_id, path) do update set size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns,
       hash = excluded.hash, read_at = excluded.read_at`,
    [read.sessionId, read.path, read.fact.sizeBytes, read.fact.modifiedNs, read.fact.hash, readAt],
  );
  return true;
}

function relativePath(directory: string, file: string): string {
  return path.relative(directory, file) || ".";
}

/**
 * How the session last read the file; undefined where it never did. A read that only Crush recorded, or that it recorded
 * later than ours, is known by its time alone (`hash` "").
 */
export function findFileRead(
  handle: ReadHandle,
  query: {
    readonly sessionId: SessionId;
    /** Absolute. */
    readonly path: string;
    /** Where paths of Crush's may start: the start directory and the project's root. Absolute. */
    readonly directories: readonly string[];
  },
): ReadFact | undefined {
  const row = handle.get(
    "select size_bytes, modified_ns, hash, read_at from x_file_fact where session_id = ? and path = ?",
    [query.sessionId, query.path],
  );
  const own = row === undefined ? undefined : decodeFact(row);
  const names = new Set([query.path, ...query.directories.map((directory) => relativePath(directory, query.path))]);
  const readAt = Math.max(...[...names].map((name) => crushReadAt(handle, query.sessionId, name)));
  if (own !== undefined && own.readAt >= readAt) return own;
  return readAt === -Infinity ? undefined : { sizeBytes: 0, modifiedNs: "0", hash: "", readAt };
}

function crushReadAt(handle: ReadHandle, sessionId: SessionId, name: string): number {
  const row = handle.get("select read_at from read_files where path = ? and session_id = ?", [name, sessionId]);
  return row === undefined ? -Infinity : Math.trunc(storedNumber(row["read_at"]));
}

function decodeFact(row: SqlRow): ReadFact {
  return {
    sizeBytes: storedNumber(row["size_bytes"]),
    modifiedNs: String(row["modified_ns"]),
    hash: String(row["hash"]),
    readAt: storedNumber(row["read_at"]),
  };
}

/** The files that the session has read, absolute; Crush's relative paths are taken to start at `startDirectory`. */
export function listReadPaths(handle: ReadHandle, sessionId: SessionId, startDirectory: string): string[] {
  const own = handle.all("select path from x_file_fact where session_id = ?", [sessionId]);
  const ofCrush = handle.all("select path from read_files where session_id = ?", [sessionId]);
  const paths = [...own, ...ofCrush].map((row) => path.resolve(startDirectory, String(row["path"])));
  return [...new Set(paths)].toSorted();
}
