/** The only file that touches the driver. */
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import { assert } from "../lib/assert.ts";
import type { SqlRow, SqlValue } from "./handle.ts";

/** Primary result codes of SQLite that the store acts on (sqlite.org/rescode.html). */
export const resultCode = {
  /** The statement itself: a table or a column that it names is not there. */
  error: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** The primary result code of an error that the driver threw (517, a stale snapshot, is 5 as well); undefined for others. */
export function sqliteResultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

export interface ConnectionOptions {
  readonly isReadOnly: boolean;
  /** As much of the schema as can be read is enough: tables that lie behind the end of the file do not spoil the others. */
  readonly isDamaged?: boolean;
}

/**
 * One connection. Statements are kept by their text. No call waits for a lock: a busy database throws at once. Errors are
 * the driver's own.
 */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, options: ConnectionOptions) {
    this.#database = new DatabaseSync(path, {
      readOnly: options.isReadOnly,
      timeout: 0,
      defensive: !options.isDamaged,
    });
    if (options.isDamaged === true) this.#database.exec("pragma writable_schema = on");
  }

  /** Runs statements without parameters; their results are dropped. */
  execute(sql: string): void {
    this.#database.exec(sql);
  }

  all(sql: string, parameters: readonly SqlValue[] = []): SqlRow[] {
    const statement = this.#statement(sql);
    const bound = parameters.map(bind);
    try {
      return statement.all(...bound) as SqlRow[];
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return withLargeIntegers(statement, () => statement.all(...bound));
    }
  }

  /** Each row is given to `visit` and held no longer: thousands of them are garbage that is cheap to collect. */
  each(sql: string, visit: (row: SqlRow) => void): void {
    const statement = this.#statement(sql);
    let visited = 0;
    try {
      for (const row of statement.iterate() as Iterable<SqlRow>) {
        visited += 1;
        visit(row);
      }
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      for (const row of withLargeIntegers(statement, () => statement.all()).slice(visited)) visit(row);
    }
  }

  get(sql: string, parameters: readonly SqlValue[] = []): SqlRow | undefined {
    const statement = this.#statement(sql);
    const bound = parameters.map(bind);
    try {
      return statement.get(...bound) as SqlRow | undefined;
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return withLargeIntegers(statement, () => [statement.get(...bound)])[0];
    }
  }

  /** Returns the number of rows changed, those that triggers changed not counted. */
  run(sql: string, parameters: readonly SqlValue[] = []): number {
    const statement = this.#statement(sql);
    const bound = parameters.map(bind);
    try {
      return Number(statement.run(...bound).changes);
    } catch (error) {
      // It has been done: what is too large is the id of the last row, which full-text tables choose as they like.
      if (!isTooLarge(error)) throw error;
      return Number(this.get("select changes() as rows")?.["rows"]);
    }
  }

  /** Ends the transaction without its changes. After some errors (a full disk) SQLite has done so itself. */
  rollback(): void {
    try {
      this.#database.exec("rollback");
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("no transaction is active"))) throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Numbers would be bound as reals, which columns without a type and expressions keep; whole numbers go in as integers. */
function bind(value: SqlValue): string | number | bigint | null {
  if (typeof value !== "number") {
    assert(value === null || typeof value === "string", "SQL parameters are strings, numbers or null");
    return value;
  }
  assert(Number.isFinite(value), "SQL parameters are finite numbers");
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE";
}

/** Another program's integers beyond 2^53: read nearly right rather than not at all. */
function withLargeIntegers(statement: StatementSync, read: () => unknown[]): SqlRow[] {
  statement.setReadBigInts(true);
  try {
    return (read() as Record<string, SqlValue | bigint>[]).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
      ),
    );
  } finally {
    statement.setReadBigInts(false);
  }
}
