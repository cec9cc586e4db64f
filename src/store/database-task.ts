/** Long work on a database, done in a thread: see load-database-thread.ts. */

/** Copies the database as one consistent state into `target`, an empty file, and checks the copy. */
export interface CopyTask {
  readonly kind: "copy";
  readonly path: string;
  readonly target: string;
}

/** Rewrites the database without its free pages. */
export interface VacuumTask {
  readonly kind: "vacuum";
  readonly path: string;
}

/** Looks for damage. Changes nothing. */
export interface CheckTask {
  readonly kind: "check";
  readonly path: string;
}

/** Reads what can be read of a damaged database (`path`, which may be changed: hand in a copy) into `target`. */
export interface SalvageTask {
  readonly kind: "salvage";
  readonly path: string;
  readonly target: string;
}

export type DatabaseTask = CopyTask | VacuumTask | CheckTask | SalvageTask;

/** What came of a table of a damaged database. */
export interface SalvagedTable {
  readonly table: string;
  readonly rows: number;
  /** Rows between those that were read which could not be. */
  readonly lost: number;
  /** The table's end could not be read: how many rows it held is not known. */
  readonly isCutOff: boolean;
  /** What this version does not know, and the new database has not: the table, or columns of it. */
  readonly leftOut: readonly string[];
}

/** What SQLite finds wrong, in its own words; empty: nothing. For `salvage` the tables, the others give none. */
export interface DatabaseFindings {
  readonly problems: readonly string[];
  readonly tables: readonly SalvagedTable[];
}

/** What a thread answers. An error is told by SQLite's primary code, and its words. */
export type DatabaseAnswer =
  | { readonly kind: "done"; readonly findings: DatabaseFindings }
  | { readonly kind: "failed"; readonly errorCode: number | null; readonly message: string };
