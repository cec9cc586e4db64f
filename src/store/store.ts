import type { AppError } from "../lib/app-error.ts";
import { assert } from "../lib/assert.ts";
import { systemClock } from "../lib/clock.ts";
import type { Clock } from "../lib/clock.ts";
import { fileIdentity } from "../lib/file-identity.ts";
import { silentLog } from "../lib/log.ts";
import type { Log } from "../lib/log.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import { Checkpointer } from "./checkpointer.ts";
import { checkDatabaseSize, prepareDatabaseFile } from "./data-directory.ts";
import { databaseError, invalidDatabase, isBusy, lockedBy, syncFailed } from "./database-error.ts";
import type { ReadHandle, SqlRow, SqlValue, WriteHandle } from "./handle.ts";
import { LogStart } from "./log-start.ts";
import { LogSync } from "./log-sync.ts";
import { CheckedMessageOrder } from "./message-order.ts";
import { checkShape, migrate } from "./migrate.ts";
import { isNewer, notWritable, openAsGuest, openForReading, writeProblem } from "./open-for-reading.ts";
import { Connection } from "./sqlite.ts";
import { waitWhileBusy } from "./wait-while-busy.ts";
import type { BusyWait } from "./wait-while-busy.ts";

export interface StoreOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Jitter of the waiting for locks, in [0, 1). */
  readonly random?: () => number;
  /** How long opening and each transaction wait for another program's lock. 30 s unless told. */
  readonly lockTimeoutMs?: number;
  /** Opening waits for this program, named for people. */
  readonly onLocked?: (holder: string) => void;
  /** Puts the log on the disk. The operating system's sync, outside this thread, unless told. */
  readonly logSync?: Pick<LogSync, "sync" | "close">;
  /** Told of each moment of each transaction: tests end the process there. Must change nothing. */
  readonly probe?: TransactionProbe;
}

/** `ran`: a statement has changed something; it is given then. */
export type TransactionProbe = (moment: "begun" | "ran" | "committing" | "committed", sql: string) => void;

export interface TransactOptions {
  /**
   * What the commit survives once `transact` has resolved: the death of this process (at once; the default), or a loss of
   * power too (after a sync, which no other transaction waits for). See docs/decisions/0006-what-survives-what.md.
   */
  readonly survives?: "process" | "power-loss";
}

/** What use cases need of a store. */
export type Transactions = Pick<Store, "read" | "transact">;

/** Reads wait for nothing in WAL mode but the recovery of a crashed process' log: so briefly that blocking is right. */
const readWaitMs = 50;

/**
 * One session database, open in one connection. Nothing here blocks on another program's lock: transactions wait
 * asynchronously and run one after the other, in the order in which they were asked for.
 */
export class Store {
  readonly #path: string;
  readonly #connection: Connection;
  readonly #wait: BusyWait;
  readonly #writeRefusal: AppError | null;
  readonly #fileIdentity: string;
  /** Undefined until there is a log. */
  #logIdentity: string | undefined;
  readonly #checkpointer: Checkpointer;
  /** Null, both, where the file system can't have a log: SQLite then syncs each commit itself. */
  readonly #logStart: LogStart | null;
  readonly #logSync: Pick<LogSync, "sync" | "close"> | null;
  readonly #probe: TransactionProbe;
  readonly #messageOrder = new CheckedMessageOrder();
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  #queue: Promise<unknown> = Promise.resolve();
  #use: "free" | "reading" | "writing" | "closed" = "free";

  private constructor(parts: {
    readonly path: string;
    readonly connection: Connection;
    readonly wait: BusyWait;
    readonly log: Log;
    readonly logSync: Pick<LogSync, "sync" | "close"> | null;
    readonly probe: TransactionProbe;
    readonly writeRefusal: AppError | null;
  }) {
    this.#path = parts.path;
    this.#connection = parts.connection;
    this.#wait = parts.wait;
    this.#writeRefusal = parts.writeRefusal;
    this.#fileIdentity = fileIdentity(parts.path) ?? "";
    this.#logStart = parts.logSync === null ? null : new LogStart(parts.connection, parts.path);
    this.#logSync = parts.logSync;
    this.#probe = parts.probe;
    this.#checkpointer = new Checkpointer(parts.connection, {
      path: parts.path,
      clock: parts.wait.clock,
      log: parts.log,
    });
  }

  /**
   * Opens the database at `path` (absolute; `<data directory>/crush.db`), making it and its directory where they are
   * missing, upgrading what an older Crush wrote after keeping a copy. A newer crush-ts' database is opened read-only, and
   * one that can't be written. Rejects with AppError: database-invalid (foreign or damaged: left untouched),
   * database-locked, disk-full, input-output, permission-denied (can't be written, and must be to be read).
   */
  static async open(path: string, options: StoreOptions = {}): Promise<Store> {
    const { clock = systemClock, log = silentLog, random = Math.random, lockTimeoutMs = 30_000 } = options;
    const { logSync = new LogSync(path), probe = () => undefined } = options;
    const wait: BusyWait = { clock, random, timeoutMs: lockTimeoutMs };
    prepareDatabaseFile(path);
    checkDatabaseSize(path);
    const problem = writeProblem(path);
    const opening = { ...wait, onLong: () => options.onLocked?.(lockedBy(path)) };
    try {
      return await waitWhileBusy(() => {
        if (problem !== null) return Store.#openReadOnly(path, problem, { wait, log, probe, open: openForReading });
        const connection = new Connection(path, { isReadOnly: false });
        try {
          const newer = migrate(connection, { path, log, nowMs: clock.nowMs() });
          const hasLog = configure(connection, { isReadOnly: newer !== null });
          const writeRefusal = newer === null ? null : isNewer(newer);
          return new Store({ path, connection, wait, log, logSync: hasLog ? logSync : null, probe, writeRefusal });
        } catch (error) {
          connection.close();
          throw error;
        }
      }, opening);
    } catch (error) {
      throw databaseError(error, path);
    }
  }

  static #openReadOnly(
    path: string,
    problem: string,
    {
      open,
      ...parts
    }: {
      readonly wait: BusyWait;
      readonly log: Log;
      readonly probe: TransactionProbe;
      readonly open: (path: string) => Connection;
    },
  ): Store {
    const connection = open(path);
    try {
      const newer = checkShape(connection, { path, log: parts.log }, problem);
      configure(connection, { isReadOnly: true });
      const writeRefusal = newer === null ? notWritable(problem) : isNewer(newer);
      return new Store({ ...parts, path, connection, logSync: null, writeRefusal });
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /**
   * Another project's database, for reading what is there: nothing of it is made or upgraded, nothing is left beside it, and
   * no lock is waited for. Throws AppError as `open` does, permission-denied where it would have to be upgraded.
   */
  static openAsGuest(path: string): Store {
    const wait = { clock: systemClock, random: Math.random, timeoutMs: 0 };
    const parts = { wait, log: silentLog, probe: () => undefined };
    try {
      return Store.#openReadOnly(path, "only its own project writes to it", { ...parts, open: openAsGuest });
    } catch (error) {
      throw databaseError(error, path);
    }
  }

  get isReadOnly(): boolean {
    return this.#writeRefusal !== null;
  }

  /** With what every transaction is refused; null where writing is possible. */
  get writeRefusal(): AppError | null {
    return this.#writeRefusal;
  }

  /** Hands `fn` one consistent state of the database. Synchronous; may stand inside another read, not inside a transaction. */
  read<T>(fn: (handle: ReadHandle) => T): T {
    if (this.#use === "reading") return fn(this.#readHandle(() => this.#use === "reading"));
    assert(this.#use === "free", `the store can't be read: it is ${this.#use}`);
    this.#beginRead();
    this.#use = "reading";
    try {
      return fn(this.#readHandle(() => this.#use === "reading"));
    } catch (error) {
      throw databaseError(error, this.#path);
    } finally {
      this.#use = "free";
      this.#connection.rollback();
    }
  }

  /**
   * A number that differs after another connection, of this or any other program, has committed; own commits leave it.
   * 2 µs. Throws as `read` does.
   */
  foreignVersion(): number {
    assert(this.#use === "free", `the store can't be asked: it is ${this.#use}`);
    try {
      return Number(this.#connection.get("pragma data_version")?.["data_version"]);
    } catch (error) {
      throw databaseError(error, this.#path);
    }
  }

  /**
   * Runs `fn` in one immediate transaction and resolves after the commit, when the events have gone out. Transactions of
   * one store run in the order of the calls. `fn` is synchronous and touches nothing but its handle: it runs again where
   * the commit found the database busy. What it throws rolls everything back and rejects. Rejects with AppError:
   * database-locked, database-newer and permission-denied (read-only), database-invalid (the file was deleted or replaced), disk-full, input-output.
   */
  transact<T>(fn: (handle: WriteHandle) => T, options: TransactOptions = {}): Promise<T> {
    const committed = this.#queue.then(() => this.#transactNow(fn));
    this.#queue = committed.catch(() => undefined);
    return options.survives === "power-loss" ? committed.then((result) => this.#synced(result)) : committed;
  }

  /** Calls `listener` with each event after its commit until the returned function is called. */
  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Closes the database when the transactions asked for so far are done. */
  async close(): Promise<void> {
    await this.#queue;
    await this.#checkpointer.idle();
    await this.#logSync?.close();
    this[Symbol.dispose]();
  }

  /** Closes the database at once; transactions that still wait reject. */
  [Symbol.dispose](): void {
    if (this.#use === "closed") return;
    assert(this.#use === "free", "the store can't be closed from inside its own callbacks");
    this.#use = "closed";
    this.#listeners.clear();
    this.#checkpointer[Symbol.dispose]();
    void this.#logSync?.close();
    this.#connection.close();
  }

  #beginRead(): void {
    const endMs = performance.now() + readWaitMs;
    for (;;) {
      try {
        this.#connection.run("begin");
        this.#connection.get("select 1 from sqlite_master limit 1");
        return;
      } catch (error) {
        this.#connection.rollback();
        if (!isBusy(error) || performance.now() >= endMs) throw databaseError(error, this.#path);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      }
    }
  }

  async #transactNow<T>(fn: (handle: WriteHandle) => T): Promise<T> {
    if (this.#writeRefusal !== null) throw this.#writeRefusal;
    try {
      const { result, events } = await waitWhileBusy(() => this.#attempt(fn), this.#wait);
      this.#checkpointer.afterCommit();
      for (const event of events) this.#publish(event);
      return result;
    } catch (error) {
      throw databaseError(error, this.#path);
    }
  }

  async #synced<T>(result: T): Promise<T> {
    try {
      await this.#logSync?.sync();
      return result;
    } catch (error) {
      throw syncFailed(this.#path, error);
    }
  }

  #attempt<T>(fn: (handle: WriteHandle) => T): { readonly result: T; readonly events: readonly SessionEvent[] } {
    assert(this.#use === "free", `the store can't be written: it is ${this.#use}`);
    this.#checkFile();
    if (this.#logStart === null) this.#connection.run("begin immediate");
    else this.#logStart.begin();
    this.#use = "writing";
    const events: SessionEvent[] = [];
    try {
      this.#probe("begun", "");
      const result = fn(this.#writeHandle(events));
      assert(!(result instanceof Promise), "a transaction's callback is synchronous");
      this.#probe("committing", "");
      this.#connection.run("commit");
      this.#probe("committed", "");
      return { result, events };
    } catch (error) {
      this.#connection.rollback();
      throw error;
    } finally {
      this.#use = "free";
      if (this.#logStart?.ended() === true) this.#logSync?.sync().catch(() => undefined);
    }
  }

  /** Writing into a file that was deleted succeeds silently, into a log too: look before each transaction. */
  #checkFile(): void {
    if (fileIdentity(this.#path) !== this.#fileIdentity) {
      throw invalidDatabase(this.#path, "it was deleted or replaced while it was open");
    }
    if (this.#logStart === null) return;
    const log = fileIdentity(`${this.#path}-wal`);
    this.#logIdentity ??= log;
    if (log !== this.#logIdentity) {
      throw invalidDatabase(this.#path, "its log was deleted or replaced while it was open");
    }
  }

  /** A listener that throws is a bug; it must not look as if the transaction had failed, nor keep the others from hearing. */
  #publish(event: SessionEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #readHandle(isValid: () => boolean): ReadHandle {
    const connection = this.#connection;
    const check = (): void => {
      assert(isValid(), "a handle is valid inside its callback only");
    };
    return {
      messageOrder: this.#messageOrder,
      all(sql: string, parameters?: readonly SqlValue[]): SqlRow[] {
        check();
        return connection.all(sql, parameters);
      },
      each(sql: string, visit: (row: SqlRow) => void): void {
        check();
        connection.each(sql, visit);
      },
      get(sql: string, parameters?: readonly SqlValue[]): SqlRow | undefined {
        check();
        return connection.get(sql, parameters);
      },
    };
  }

  #writeHandle(events: SessionEvent[]): WriteHandle {
    const connection = this.#connection;
    const probe = this.#probe;
    const isValid = (): boolean => this.#use === "writing";
    return {
      ...this.#readHandle(isValid),
      nowMs: this.#wait.clock.nowMs(),
      run(sql: string, parameters?: readonly SqlValue[]): number {
        assert(isValid(), "a handle is valid inside its callback only");
        const changes = connection.run(sql, parameters);
        probe("ran", sql);
        return changes;
      },
      emit(event: SessionEvent): void {
        events.push(event);
      },
    };
  }
}

/**
 * WAL and the rest are the format's (crush-database.md); a lock is never waited for inside SQLite. False: the file system
 * can't have a log beside the database (it has no shared memory).
 */
function configure(connection: Connection, { isReadOnly }: { readonly isReadOnly: boolean }): boolean {
  connection.execute(
    `pragma foreign_keys = on;
     pragma synchronous = normal;
     pragma busy_timeout = 0;
     pragma secure_delete = on;
     pragma temp_store = memory`,
  );
  if (isReadOnly) {
    connection.execute("pragma query_only = on");
    return true;
  }
  const mode = connection.get("pragma journal_mode = wal")?.["journal_mode"];
  if (mode !== "wal") connection.execute("pragma synchronous = full");
  return mode === "wal";
}
