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
    // Who asked for the sync has been told.
    await (this.#next ?? this.#running).catch(() => undefined);
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    await descriptor?.then(closeFile).catch(() => undefined);
  }

  /** The sync that runs has failed to those who asked for it; the next one is another. */
  async #idle(): Promise<void> {
    await this.#running.catch(() => undefined);
  }

  async #syncNow(): Promise<void> {
    this.#descriptor ??= this.#open();
    await syncData(await this.#descriptor);
  }

  /** What fails is tried again by the next sync: the process may have had too many files open. */
  async #open(): Promise<number> {
    try {
      await syncNames(path.dirname(this.#file));
      return await openFile(this.#file, "r+");
    } catch (error) {
      this.#descriptor = null;
      throw error;
    }
  }
}

/** Of systems and file systems that can't sync a directory, or can't open one. */
const unsupported: ReadonlySet<string> = new Set([
  "EINVAL",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EISDIR",
  "EPERM",
  "EACCES",
]);

/** A new file survives a loss of power once its directory does. */
async function syncNames(directory: string): Promise<void> {
  try {
    const descriptor = await openFile(directory, "r");
    try {
      await syncFile(descriptor);
    } finally {
      await closeFile(descriptor);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && unsupported.has(String(error.code)))) throw error;
  }
}
