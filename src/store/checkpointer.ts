import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { startStoreThread } from "./load-store-thread.ts";
import type { Connection } from "./sqlite.ts";

/** SQLite's own measure: 1,000 pages of 4 KiB. */
const framesMax = 1000;

/** Without a commit for so long, what a burst has left is cut off: in a log of a few pages there is nothing to win. */
const idleMs = 30_000;
const idleFramesMin = 64;

/** A full disk fails one thread; where several in a row fail SQLite's own way takes over, slower but sure, until one succeeds. */
const failuresMax = 3;

/** While readers keep the log from being emptied, trying more often would only cost time. */
const pauseMs = 1000;

/**
 * Empties the write-ahead log in a thread of its own: a checkpoint syncs the disk, which SQLite would do in the middle of
 * whichever commit makes the log too long (30 ms measured), on the thread that draws the screen. The thread takes 45 ms
 * and 8 MiB, and lives only as long.
 */
export class Checkpointer {
  readonly #path: string;
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #log: Log;
  #isDisposed = false;
  #running: Promise<void> | null = null;
  #endedAtMs = -Infinity;
  #failures = 0;
  #committedAtMs = 0;
  #cancelIdle: (() => void) | null = null;

  /** `connection` is the store's, open on the database at `path`. */
  constructor(connection: Connection, options: { readonly path: string; readonly clock: Clock; readonly log: Log }) {
    this.#path = options.path;
    this.#connection = connection;
    this.#clock = options.clock;
    this.#log = options.log;
    connection.execute("pragma wal_autocheckpoint = 0");
  }

  /** To be called after each commit (it takes 2 µs while the log is short). Never throws: the commit stands. */
  afterCommit(): void {
    this.#committedAtMs = this.#clock.nowMs();
    this.#cancelIdle ??= this.#clock.after(idleMs, () => {
      this.#whenIdle();
    });
    if (this.#running !== null || Math.abs(this.#clock.nowMs() - this.#endedAtMs) < pauseMs) return;
    if (this.#unmovedFrames() >= framesMax) this.#running = this.#runThread("checkpoint");
  }

  /** Looks whether nothing has been written for a while; else again when that may be so. */
  #whenIdle(): void {
    this.#cancelIdle = null;
    const quietMs = Math.abs(this.#clock.nowMs() - this.#committedAtMs);
    if (this.#isDisposed || this.#running !== null) return;
    if (quietMs < idleMs) {
      this.#cancelIdle = this.#clock.after(idleMs - quietMs, () => {
        this.#whenIdle();
      });
    } else if (this.#logState().frames >= idleFramesMin) {
      this.#running = this.#runThread("truncation");
    }
  }

  /** The frames of the log that are not yet in the database file. */
  #unmovedFrames(): number {
    const { frames, moved } = this.#logState();
    return frames - moved;
  }

  #logState(): { readonly frames: number; readonly moved: number } {
    try {
      const state = this.#connection.get("pragma wal_checkpoint(noop)");
      return { frames: Number(state?.["log"] ?? 0), moved: Number(state?.["checkpointed"] ?? 0) };
    } catch (error) {
      this.#log.write("warn", "checkpoint failed", { reason: error instanceof Error ? error.message : "unknown" });
      return { frames: 0, moved: 0 };
    }
  }

  /** Resolves when no checkpoint is under way. Never rejects. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** The connection is about to be closed. A thread that runs ends by itself. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#cancelIdle?.();
  }

  async #runThread(name: "checkpoint" | "truncation"): Promise<void> {
    const failure = await startStoreThread(name, this.#path);
    this.#running = null;
    this.#endedAtMs = this.#clock.nowMs();
    if (this.#isDisposed) return;
    const before = this.#failures;
    this.#failures = failure === null ? 0 : before + 1;
    if (failure !== null) this.#log.write("warn", "checkpoint failed", { reason: failure });
    if (before >= failuresMax && failure === null) this.#connection.execute("pragma wal_autocheckpoint = 0");
    // Twice as late as the thread, which goes on trying.
    if (this.#failures === failuresMax) {
      this.#connection.execute(`pragma wal_autocheckpoint = ${String(2 * framesMax)}`);
    }
  }
}
