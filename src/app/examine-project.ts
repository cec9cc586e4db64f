import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { databaseError } from "../store/database-error.ts";
import { type DatabaseInspection, type Inspection, inspectDatabase } from "../store/inspect-database.ts";
import { JournalDirectory } from "../store/journal.ts";
import { isLogMissing } from "../store/missing-log.ts";
import { runDatabaseTask } from "../store/load-database-thread.ts";
import { deadOwners, isOwnerAlive } from "../store/owner-lock.ts";
import { readTurns } from "../store/read-turns.ts";
import { silentLog } from "../lib/log.ts";
import { messageIdOfJournal } from "./command-journal.ts";
import { holdsDatabase } from "./missing-database.ts";
import type { RecoveryPlaces } from "./restore-database.ts";

/** `damage`: the file itself is broken · `own`: ours, mended by --repair · `crush`: mended by --repair --all · `note`: nothing to do. */
export type FindingKind = "damage" | "own" | "crush" | "note";

export interface Finding {
  /** Stable, for scripts. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly count: number;
  /** A clause, its count included. */
  readonly text: string;
}

export interface Examination {
  readonly database: string;
  readonly findings: readonly Finding[];
  readonly sizes: readonly { readonly kind: string; readonly sizeBytes: number }[];
  readonly largestSessions: Inspection["largestSessions"];
}

/** Looks through a project's database and what lies beside it. Changes nothing. Rejects with AppError where there is none. */
export async function examineProject(config: RecoveryPlaces): Promise<Examination> {
  const database = path.join(config.dataDirectory, "crush.db");
  if (!existsSync(database)) {
    throw new AppError("no-sessions", `there is no session database: ${database}`, {
      hint: "`crush db restore` brings a backup back, where there is one",
    });
  }
  if (!holdsDatabase(config.dataDirectory)) {
    return {
      database,
      findings: [finding("empty", "damage", [1, "database that is empty"])],
      sizes: [],
      largestSessions: [],
    };
  }
  const beside = [...logFindings(database), ...leftovers(config.dataDirectory)];
  const damage = await findDamage(database);
  if (damage.length > 0) {
    return { database, findings: [...damage, ...beside], sizes: directorySizes(config), largestSessions: [] };
  }
  try {
    const { schema, rows } = inspectDatabase(database);
    const turns = rows === null ? [] : turnFindings(config.dataDirectory, database);
    return {
      database,
      findings: [...schemaFindings(schema), ...(rows === null ? [] : rowFindings(rows)), ...turns, ...beside],
      sizes: [...(rows?.sizes ?? []), ...directorySizes(config)],
      largestSessions: rows?.largestSessions ?? [],
    };
  } catch (error) {
    throw databaseError(error, database);
  }
}

async function findDamage(database: string): Promise<Finding[]> {
  try {
    const { problems } = await runDatabaseTask({ kind: "check", path: database });
    return problems.map((text) => ({ id: "integrity", kind: "damage", count: 1, text }));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "database-invalid") throw error;
    return [{ id: "integrity", kind: "damage", count: 1, text: error.message }];
  }
}

function logFindings(database: string): Finding[] {
  if (!isLogMissing(database)) return [];
  const text = "crush.db-wal is missing: what was written last, before a crash, may be lost";
  return [{ id: "log-missing", kind: "note", count: 1, text }];
}

function leftovers(dataDirectory: string): Finding[] {
  const owners = deadOwners(dataDirectory).length;
  return owners === 0 ? [] : [finding("dead-owners", "own", [owners, "locks of processes that have ended"])];
}

function turnFindings(dataDirectory: string, database: string): Finding[] {
  const turns = readTurns(database);
  const dead = turns.filter((turn) => !isOwnerAlive(dataDirectory, turn.ownerId)).length;
  const journals = new JournalDirectory(dataDirectory, silentLog)
    .list()
    // A `!command` that runs, or ran when its process died: the next start keeps that.
    .filter((id) => messageIdOfJournal(id) === null && !turns.some((turn) => turn.messageId === id)).length;
  const whatJournals = isLogMissing(database)
    ? "steps that were streaming then and that the database may not know: the next start keeps their text in a file"
    : "journals of steps that are over";
  return [
    finding("dead-turns", "own", [dead, "turns whose process has ended"]),
    finding("stray-journals", "own", [journals, whatJournals]),
  ].filter(({ count }) => count > 0);
}

function schemaFindings({ faults, isReadable }: DatabaseInspection["schema"]): Finding[] {
  if (faults.length === 0 && !isReadable) {
    const text = "some tables are not there yet: the next start makes them, then doctor can look into the rows";
    return [{ id: "upgrade-due", kind: "note", count: 1, text }];
  }
  return faults.map(({ owner, kind, text, remedy }) => ({
    id: `${kind}-missing`,
    kind: remedy === "step" ? owner : remedy === "salvage" ? "damage" : "note",
    count: 1,
    text,
  }));
}

function rowFindings(found: Inspection): Finding[] {
  const { versions, openCalls } = found;
  const references = found.danglingReferences.map(({ table, rows }) =>
    finding("references", table.startsWith("x_") ? "own" : "crush", [
      rows,
      `rows of ${table} whose session or message is gone`,
    ]),
  );
  return [
    ...references,
    finding("counts", "crush", [found.wrongCounts, "sessions whose message count is wrong"]),
    finding("orphans", "crush", [found.childrenWithoutParent, "child sessions of sub-agents whose parent is gone"]),
    finding("orphaned-sessions", "crush", [
      found.orphanedSessions,
      "sessions whose parent is gone (they are listed; mending makes them top-level)",
    ]),
    finding("circles", "crush", [
      found.circularSessions,
      "sessions whose parents lead back to them (they are listed; mending makes them top-level)",
    ]),
    finding("summaries", "crush", [
      found.danglingSummaries,
      "sessions whose summary is gone (the full history is sent)",
    ]),
    finding("versions", "note", [versions.crushTwice, "steps of Crush's schema that are booked twice"]),
    finding("newer", "note", [
      versions.own > versions.ownKnown ? 1 : 0,
      "schema of a newer version: it is only read here",
    ]),
    finding("fragments", "note", [
      found.leftFragments,
      "removals of sessions while the database was larger than 64 MB: fragments of their text may be in the file until `crush db vacuum` rewrites it",
    ]),
    finding("unreadable", "note", [found.unreadableMessages, "messages that can't be read (they are shown as such)"]),
    finding("times", "note", [found.oddTimes, "messages whose time is none"]),
    finding("open-calls", "note", [
      openCalls.calls,
      `tool calls without a result, in ${String(openCalls.sessions)} sessions (requests answer them)`,
    ]),
  ].filter(({ count }) => count > 0);
}

function finding(id: string, kind: FindingKind, [count, what]: readonly [count: number, what: string]): Finding {
  return { id, kind, count, text: `${String(count)} ${what}` };
}

function directorySizes({ dataDirectory }: RecoveryPlaces): { readonly kind: string; readonly sizeBytes: number }[] {
  return ["outputs", "journal", "logs"].map((name) => ({
    kind: `${name} (files)`,
    sizeBytes: sizeOf(path.join(dataDirectory, name)),
  }));
}

function sizeOf(directory: string): number {
  if (!existsSync(directory)) return 0;
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) => sum + (statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
