import { close, fdatasync, fsync, open } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const openFile = promisify(open);
const closeFile = promisify(close);
const syncFile = promisify(fsync);
const syncData = promisify(fdatasync);

/**
 * Syncs the write-ahead log to the disk, outside the thread that calls. Who asks while a sync runs shares the next one.
 * The log may be opened and closed freely: SQLite keeps its locks on the database and its shared memory, not on the log.
 */
export class LogSync {
  readonly #file: string;
  #descriptor: Promise<number> | null = null;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  /** `databasePath` is the database's; its log exists from the first commit on. */
  constructor(databasePath: string) {
    this.#file = `${databasePath}-wal`;
  }

  /** Resolves when all that was committed before the call survives a loss of power. Rejects with the system's error. */
  sync(): Promise<void> {
    if (this.#next !== null) return this.#next;
    const next = this.#idle().then(async () => {
      this.#next = null;
      this.#running = this.#syncNow();
      return this.#running;
    });
    this.#next = next;
    return next;
  }

  /** Resolves when no sync is under way and nothing is open any more. Never rejects. */
  async close(): Promise<void> {
    try {
      await (this.#next ?? this.#running);
      if (this.#descriptor !== null) await closeFile(await this.#descriptor);
    } catch {
      // Who asked for the sync has been told.
    }
    this.#descriptor = null;
  }

  /** The sync that runs has failed to those who asked for it; the next one is another. */
  async #idle(): Promise<void> {
    await this.#running.catch(() => undefined);
  }

  async #syncNow(): Promise<void> {
    this.#descriptor ??= this.#open();
    await syncData(await this.#descriptor);
  }

  /** A new file survives a loss of power once its directory does. */
  async #open(): Promise<number> {
    const directory = await openFile(path.dirname(this.#file), "r");
    try {
      await syncFile(directory);
    } finally {
      await closeFile(directory);
    }
    return openFile(this.#file, "r+");
  }
}
