/** Compares the tables, indexes, triggers and versions that a database has with what its steps make; mends what can be. */
import { crushSteps, firstVersion, usedColumns, versionTable } from "./crush-schema.ts";
import { databaseError, invalidDatabase } from "./database-error.ts";
import { systemClock } from "../lib/clock.ts";
import { addLostSessions } from "./lost-sessions.ts";
import { ownSteps, ownVersionTable } from "./own-schema.ts";
import { Connection } from "./sqlite.ts";
import { waitWhileBusy } from "./wait-while-busy.ts";

export interface SchemaFault {
  readonly owner: "own" | "crush";
  /** A clause: `table x_queue is missing`. */
  readonly text: string;
  /** `step`: the one that makes it is taken again · `salvage`: no step makes it · null: a newer program has done without it. */
  readonly remedy: "step" | "salvage" | null;
  readonly kind: Made["kind"] | "versions";
}

export interface SchemaFindings {
  readonly faults: readonly SchemaFault[];
  /** Its rows can be looked into: nothing was taken away, and no step is due that makes what is needed for it. */
  readonly isReadable: boolean;
}

interface Step {
  readonly version: number;
  readonly statements: readonly string[];
}

interface Schema {
  readonly owner: SchemaFault["owner"];
  readonly program: string;
  /** Columns by table: looking into the rows needs them. */
  readonly needed: Readonly<Record<string, readonly string[]>>;
  readonly steps: readonly Step[];
  readonly versions: {
    readonly table: string;
    readonly column: string;
    readonly condition: string;
    readonly statement: string;
  };
}

const crush: Schema = {
  owner: "crush",
  program: "Crush",
  needed: usedColumns,
  steps: crushSteps,
  versions: { table: "goose_db_version", column: "version_id", condition: "is_applied = 1", statement: versionTable },
};
const own: Schema = {
  owner: "own",
  program: "version of this program",
  needed: {
    x_schema: ["version"],
    x_message: ["message_id", "parts_hash", "blocks"],
    x_turn: ["asked", "answered", "wish"],
  },
  steps: ownSteps,
  versions: { table: "x_schema", column: "version", condition: "true", statement: ownVersionTable },
};

/** What a statement of a step makes; null: it fills a table. */
type Made =
  | { readonly kind: "table" | "index" | "trigger"; readonly name: string; readonly table: string }
  | { readonly kind: "column"; readonly name: string; readonly table: string };

function madeBy(statement: string): Made | null {
  const column = /^alter table (\w+) add column (\w+)/u.exec(statement);
  if (column !== null) return { kind: "column", name: column[2] ?? "", table: column[1] ?? "" };
  const made = /^create (table|index|trigger) (?:if not exists )?(\w+)(?:[^(]*? on (\w+))?/u.exec(statement);
  if (made === null) return null;
  const name = made[2] ?? "";
  return { kind: made[1] as "table" | "index" | "trigger", name, table: made[3] ?? name };
}

function isMade(connection: Connection, made: Made): boolean {
  return made.kind === "column"
    ? connection.get("select 1 from pragma_table_info(?) where name = ?", [made.table, made.name]) !== undefined
    : hasObject(connection, made.name);
}

function hasObject(connection: Connection, name: string): boolean {
  return connection.get("select 1 from sqlite_master where name = ?", [name]) !== undefined;
}

function bookedVersions(
  connection: Connection,
  { versions: { table, column, condition } }: Schema,
): ReadonlySet<number> {
  if (!hasObject(connection, table)) return new Set();
  const rows = connection.all(`select ${column} as version from ${table} where ${condition}`);
  return new Set(rows.map((row) => Number(row["version"])));
}

/** A step is to be whole once it or a later one was taken, as its version or something that it makes shows. */
function stepsTaken(connection: Connection, schema: Schema): readonly Step[] {
  const booked = bookedVersions(connection, schema);
  const last = schema.steps.findLastIndex(
    ({ version, statements }) =>
      booked.has(version) ||
      statements.some((statement) => {
        const made = madeBy(statement);
        return made !== null && isMade(connection, made);
      }),
  );
  return schema.steps.slice(0, last + 1);
}

/** Of a newer program, whose steps may have taken away what those known here have made. */
function isNewer(connection: Connection, schema: Schema): boolean {
  const known = new Set([firstVersion, ...schema.steps.map(({ version }) => version)]);
  return [...bookedVersions(connection, schema)].some((version) => !known.has(version));
}

/** Throws AppError database-invalid where the tables are another program's. */
export function findSchemaFaults(connection: Connection, path: string): SchemaFindings {
  if (isForeign(connection)) throw invalidDatabase(path, "it holds the tables of another program");
  const schemas = [crush, own];
  const faults = schemas.flatMap((schema) =>
    isNewer(connection, schema)
      ? takenAway(connection, schema)
      : [...faultsOf(connection, schema, stepsTaken(connection, schema)), ...madeByNoStep(connection, schema)],
  );
  const isReadable = !faults.some(hidesRows) && schemas.every((schema) => missingOf(connection, schema).length === 0);
  return { faults, isReadable };
}

/** Nothing can be read from the database as long as it is there. */
function hidesRows({ kind }: Pick<SchemaFault, "kind">): boolean {
  return kind === "table" || kind === "column";
}

function isForeign(connection: Connection): boolean {
  if (hasObject(connection, crush.versions.table)) return false;
  return connection
    .all("select name from sqlite_master where type = 'table'")
    .some((row) => !/^(?:sqlite_|x_)/u.test(String(row["name"])) && usedColumns[String(row["name"])] === undefined);
}

function faultsOf(connection: Connection, schema: Schema, taken: readonly Step[]): SchemaFault[] {
  if (taken.length === 0) return [];
  const { owner, versions } = schema;
  const booked = bookedVersions(connection, schema);
  const missing = taken
    .flatMap(({ statements }) => statements.flatMap((statement) => madeBy(statement) ?? []))
    .filter((made) => !isMade(connection, made))
    // Of a table that is missing its columns and indexes need no words.
    .filter(({ kind, table }) => kind === "table" || hasObject(connection, table))
    .map((made) => ({ kind: made.kind, text: `${nameOf(made)} is missing` }));
  const unbooked = taken.filter(({ version }) => !booked.has(version)).map(({ version }) => version);
  const versionFaults = !hasObject(connection, versions.table)
    ? [{ kind: "table" as const, text: `table ${versions.table} is missing` }]
    : unbooked.length === 0
      ? []
      : [
          {
            kind: "versions" as const,
            text: `of ${versions.table} these versions are missing: ${unbooked.join(", ")}`,
          },
        ];
  return [...versionFaults, ...missing].map((fault) => ({ owner, remedy: "step", ...fault }));
}

function nameOf({ kind, name, table }: Made): string {
  return kind === "column" ? `column ${table}.${name}` : `${kind} ${name}`;
}

/** Of what looking into the rows needs. Of a table that is missing its columns need no words. */
function missingOf(connection: Connection, { needed }: Schema): Made[] {
  return Object.entries(needed).flatMap(([table, columns]) => {
    const wanted: readonly Made[] = hasObject(connection, table)
      ? columns.map((name) => ({ kind: "column", name, table }))
      : [{ kind: "table", name: table, table }];
    return wanted.filter((made) => !isMade(connection, made));
  });
}

function takenAway(connection: Connection, schema: Schema): SchemaFault[] {
  const { owner, program } = schema;
  return missingOf(connection, schema).map((made) => ({
    owner,
    kind: made.kind,
    text: `${nameOf(made)} is missing: the database is of a newer ${program}, which this version can't read`,
    remedy: null,
  }));
}

/** Columns which no step adds to a table that is there. */
function madeByNoStep(connection: Connection, schema: Schema): SchemaFault[] {
  const added = new Set(
    schema.steps.flatMap(({ statements }) =>
      statements.flatMap((each) => {
        const made = madeBy(each);
        return made?.kind === "column" ? nameOf(made) : [];
      }),
    ),
  );
  return missingOf(connection, schema)
    .filter((made) => made.kind === "column" && !added.has(nameOf(made)))
    .map((made) => ({ owner: schema.owner, kind: made.kind, text: `${nameOf(made)} is missing`, remedy: "salvage" }));
}

interface MendOptions {
  /** Crush's tables as well. */
  readonly all: boolean;
  readonly nowMs: number;
}

/**
 * Makes what is missing of ours, with `all` of Crush's too, and books it; tables of ours are filled as their steps fill
 * them. Returns what was done. Rejects with AppError.
 */
export async function mendSchema(path: string, options: MendOptions): Promise<string[]> {
  const wait = { clock: systemClock, random: Math.random, timeoutMs: 30_000 };
  try {
    return await waitWhileBusy(() => {
      const connection = new Connection(path, { isReadOnly: false });
      try {
        connection.execute("pragma foreign_keys = off; begin immediate");
        const done = (options.all ? [crush, own] : [own]).flatMap((schema) => mend(connection, schema, options));
        connection.execute("commit");
        return done;
      } finally {
        connection.close();
      }
    }, wait);
  } catch (error) {
    throw databaseError(error, path);
  }
}

function mend(connection: Connection, schema: Schema, { nowMs }: MendOptions): string[] {
  if (isNewer(connection, schema)) return [];
  const taken = stepsTaken(connection, schema);
  const faults = faultsOf(connection, schema, taken);
  if (faults.length > 0) takeSteps(connection, schema, { taken, nowMs });
  return faults.map(({ text }) => `${text}: made again`);
}

function takeSteps(
  connection: Connection,
  schema: Schema,
  { taken, nowMs }: { readonly taken: readonly Step[]; readonly nowMs: number },
): void {
  if (!hasObject(connection, schema.versions.table)) connection.execute(schema.versions.statement);
  const booked = bookedVersions(connection, schema);
  const tables = new Set<string>();
  for (const { version, statements } of taken) {
    for (const statement of statements) {
      const made = madeBy(statement);
      const isWanted =
        made === null ? tables.has(/^insert into (\w+)/u.exec(statement)?.[1] ?? "") : !isMade(connection, made);
      if (!isWanted) continue;
      connection.execute(statement);
      if (made?.kind === "table") tables.add(made.name);
    }
    if (booked.has(version)) continue;
    if (schema === own) connection.run("insert into x_schema (version, applied_at_ms) values (?, ?)", [version, nowMs]);
    else connection.run("insert into goose_db_version (version_id, is_applied) values (?, 1)", [version]);
  }
  if (tables.has("sessions")) addLostSessions(connection);
}
