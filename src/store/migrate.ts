import { chmodSync, closeSync, existsSync, linkSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AppError } from "../lib/app-error.ts";
import type { Log } from "../lib/log.ts";
import { randomHex } from "../lib/random-hex.ts";
import { crushSteps, firstVersion, usedColumns, versionTable } from "./crush-schema.ts";
import { invalidDatabase, newerCrush, unfitSchema } from "./database-error.ts";
import { ownSteps, ownTables, ownVersionTable } from "./own-schema.ts";
import { resultCode, sqliteResultCode } from "./sqlite.ts";
import type { Connection } from "./sqlite.ts";

export interface MigrateOptions {
  /** Of the database. */
  readonly path: string;
  readonly log: Log;
  readonly nowMs: number;
}

/** What kind of database a file holds, found out without writing. */
type DatabaseKind =
  | { readonly kind: "empty" }
  | { readonly kind: "current" }
  | { readonly kind: "older"; readonly missing: readonly number[] }
  /** A newer Crush's, or one whose steps were booked out of order: usable if the columns are there. */
  | { readonly kind: "unfamiliar"; readonly unknown: readonly number[] }
  | { readonly kind: "foreign"; readonly reason: string };

const knownVersions = [firstVersion, ...crushSteps.map((step) => step.version)];

/**
 * Brings the database to the shape that the store needs. Writes only where something is missing, and nothing at all into
 * a file that is not Crush's (AppError database-invalid). Throws the driver's busy errors; may be called again then.
 * Returns why the database may only be read, or null.
 */
export function migrate(connection: Connection, options: MigrateOptions): string | null {
  try {
    const newer = takeMissingSteps(connection, options);
    checkTables(connection, { path: options.path, isNewer: newer !== null });
    return newer;
  } catch (error) {
    if (sqliteResultCode(error) !== resultCode.error || !(error instanceof Error)) throw error;
    throw unfitSchema(options.path, `its tables do not fit the versions that it names (${error.message})`, error);
  }
}

function takeMissingSteps(connection: Connection, options: MigrateOptions): string | null {
  const found = identify(connection);
  switch (found.kind) {
    case "foreign":
      throw invalidDatabase(options.path, found.reason);
    case "unfamiliar":
      checkColumns(connection, options.path, found.unknown);
      options.log.write("warn", "database of a newer Crush", { versions: found.unknown.join(" ") });
      break;
    case "older":
      keepCopy(connection, options.path);
      applyCrushSteps(connection);
      options.log.write("info", "database upgraded", { steps: found.missing.length });
      break;
    case "empty":
      connection.execute("pragma page_size = 4096; pragma journal_mode = wal");
      applyCrushSteps(connection);
      break;
    case "current":
      break;
  }
  return applyOwnSteps(connection, options);
}

/**
 * The same for a database that can't be written, and of whose shape nothing may be missing therefore. Returns why it is
 * a newer version's, or null. Throws AppError.
 */
export function checkShape(
  connection: Connection,
  options: Omit<MigrateOptions, "nowMs">,
  problem: string,
): string | null {
  const found = identify(connection);
  if (found.kind === "foreign") throw invalidDatabase(options.path, found.reason);
  if (found.kind === "unfamiliar") checkColumns(connection, options.path, found.unknown);
  const newer = newerVersion(connection, options);
  const isBehind = found.kind === "older" || found.kind === "empty" || ownVersion(connection) < ownVersionMax;
  if (newer === null && isBehind) {
    throw new AppError(
      "permission-denied",
      `${options.path} is of an older version and can't be brought up to date: ${problem}.`,
      {
        hint: "Make the file and its directory writable, or copy the directory and name the copy with --data-dir.",
      },
    );
  }
  checkTables(connection, { path: options.path, isNewer: newer !== null });
  return newer;
}

/** A statement would say so only once it comes to the table. */
function checkTables(
  connection: Connection,
  { path, isNewer }: { readonly path: string; readonly isNewer: boolean },
): void {
  const present = new Set(tableNames(connection));
  const missing = [...Object.keys(usedColumns), ...(isNewer ? [] : ownTables)].find((table) => !present.has(table));
  if (missing !== undefined) throw unfitSchema(path, `its table ${missing} is missing`);
}

function tableNames(connection: Connection): string[] {
  return connection.all("select name from sqlite_master where type = 'table'").map((row) => String(row["name"]));
}

function isOfSomeoneElse(table: string): boolean {
  return usedColumns[table] === undefined && table !== "goose_db_version" && !/^(?:sqlite_|x_)/u.test(table);
}

function identify(connection: Connection): DatabaseKind {
  const tables = new Set(tableNames(connection));
  if (tables.size === 0) return { kind: "empty" };
  if (!tables.has("goose_db_version")) {
    return { kind: "foreign", reason: "it holds the tables of another program" };
  }
  const applied = appliedVersions(connection);
  const isBegun = crushSteps.some((step) => applied.has(step.version));
  if (!isBegun && [...tables].some(isOfSomeoneElse)) {
    return { kind: "foreign", reason: "it holds the tables of another program" };
  }
  const unknown = [...applied].filter((version) => !knownVersions.includes(version));
  const missing = crushSteps.map((step) => step.version).filter((version) => !applied.has(version));
  if (unknown.length === 0 && missing.length === 0) return { kind: "current" };
  const isPrefix = crushSteps.slice(-missing.length).every((step, index) => step.version === missing[index]);
  if (unknown.length === 0 && isPrefix) return { kind: "older", missing };
  return { kind: "unfamiliar", unknown };
}

/** A version counts as applied where its newest row says so. */
function appliedVersions(connection: Connection): Set<number> {
  const applied = new Set<number>();
  for (const row of connection.all("select version_id, is_applied from goose_db_version order by id")) {
    if (row["is_applied"] === 1) applied.add(Number(row["version_id"]));
    else applied.delete(Number(row["version_id"]));
  }
  return applied;
}

function checkColumns(connection: Connection, path: string, unknown: readonly number[]): void {
  for (const [table, columns] of Object.entries(usedColumns)) {
    const present = new Set(
      connection.all("select name from pragma_table_info(?)", [table]).map((row) => String(row["name"])),
    );
    const absent = columns.filter((column) => !present.has(column));
    if (absent.length > 0) {
      const reason = `its table ${table} has no ${absent.join(", ")}`;
      throw unknown.length > 0 ? newerCrush(path, reason) : unfitSchema(path, reason);
    }
  }
}

/** Takes the steps that are still missing once the lock is held: another process may have been faster. */
function applyCrushSteps(connection: Connection): void {
  inTransaction(connection, () => {
    if (!tableNames(connection).includes("goose_db_version")) connection.execute(versionTable);
    const applied = appliedVersions(connection);
    if (!applied.has(firstVersion)) bookStep(connection, firstVersion);
    for (const step of crushSteps) {
      if (applied.has(step.version)) continue;
      for (const statement of step.statements) connection.execute(statement);
      bookStep(connection, step.version);
    }
  });
}

function bookStep(connection: Connection, version: number): void {
  connection.run("insert into goose_db_version (version_id, is_applied) values (?, 1)", [version]);
}

/**
 * Keeps what an older Crush wrote as `crush.db.before-<version>`, named after the version that it is raised to. Written
 * by SQLite (a consistent state, whatever others do meanwhile), under another name until it is whole.
 */
function keepCopy(connection: Connection, path: string): void {
  const copy = `${path}.before-${String(knownVersions.at(-1))}`;
  if (existsSync(copy)) return;
  // Another process may do the same: each writes its own, and the first that is whole stays.
  const unfinished = `${copy}.${randomHex(8)}.part`;
  try {
    closeSync(openSync(unfinished, "wx", 0o600));
    connection.run("vacuum into ?", [unfinished]);
    chmodSync(unfinished, 0o600);
    placeCopy(unfinished, copy);
  } catch (error) {
    // Another's copy is whole: it has taken this one away.
    if (!existsSync(copy)) throw sqliteResultCode(error) === undefined ? copyFailed(path, error) : error;
  } finally {
    for (const name of [unfinished, `${unfinished}-journal`]) rmSync(name, { force: true });
  }
  removeUnfinished(copy);
}

function placeCopy(unfinished: string, copy: string): void {
  try {
    linkSync(unfinished, copy);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") throw error;
    // A file system without hard links.
    renameSync(unfinished, copy);
  }
}

/** Of processes that were killed while they copied, or that still do, in vain. */
function removeUnfinished(copy: string): void {
  const directory = dirname(copy);
  for (const name of readdirSync(directory)) {
    if (name.startsWith(`${basename(copy)}.`) && name.endsWith(".part")) rmSync(join(directory, name), { force: true });
  }
}

function copyFailed(path: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError("input-output", `${path} is of an older Crush, and no copy of it can be made: ${reason}`, {
    hint: "It was left as it is. Make its directory writable and free some space.",
    cause,
  });
}

function ownVersion(connection: Connection): number {
  if (!tableNames(connection).includes("x_schema")) return 0;
  return Number(connection.get("select max(version) as version from x_schema")?.["version"] ?? 0);
}

const ownVersionMax = ownSteps.length;

function newerVersion(connection: Connection, { path, log }: Pick<MigrateOptions, "path" | "log">): string | null {
  const version = ownVersion(connection);
  if (version <= ownVersionMax) return null;
  log.write("warn", "database of a newer crush-ts, opened read-only", { version, known: ownVersionMax });
  return `${path} was written by a newer version of this program (schema ${String(version)}, this one knows ${String(ownVersionMax)})`;
}

function applyOwnSteps(connection: Connection, options: MigrateOptions): string | null {
  const newer = newerVersion(connection, options);
  if (newer !== null) return newer;
  if (ownVersion(connection) === ownVersionMax) return null;
  inTransaction(connection, () => {
    connection.execute(ownVersionTable);
    const current = ownVersion(connection);
    for (const step of ownSteps) {
      if (step.version <= current) continue;
      for (const statement of step.statements) connection.execute(statement);
      connection.run("insert into x_schema (version, applied_at_ms) values (?, ?)", [step.version, options.nowMs]);
    }
  });
  return null;
}

function inTransaction(connection: Connection, write: () => void): void {
  connection.execute("begin immediate");
  try {
    write();
    connection.execute("commit");
  } catch (error) {
    connection.rollback();
    throw error;
  }
}
