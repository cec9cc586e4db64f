import { AppError } from "../lib/app-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { startStoreThread } from "./load-store-thread.ts";
import type { Transactions } from "./store.ts";
import { leftToRemove } from "./tombstones.ts";
import type { LeftToRemove } from "./tombstones.ts";

const firstDelayMs = 200;
const delayMsMax = 60_000;
/** What a process that ends waits for; the next one that opens the database goes on. */
const stopMsMax = 2000;

interface RemoverParts {
  readonly store: Pick<Transactions, "read">;
  /** Of the database. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes away, in a thread of its own, what is left of deleted sessions: their rows, and their text in the write-ahead log.
 * The log can be emptied only while nobody reads: that is tried again, ever less often, until it succeeds. Any number of
 * processes may do so at once.
 */
export class SessionRemover {
  readonly #parts: RemoverParts;
  #attempt: Promise<void> | null = null;
  #cancelRetry: () => void = () => undefined;
  #delayMs = firstDelayMs;
  #isStopped = false;
  #whenDone = Promise.withResolvers<boolean>();

  constructor(parts: RemoverParts) {
    this.#parts = parts;
  }

  /** Goes on with what an earlier process or another one has left. Costs one query where there is nothing. Never throws. */
  resume(): void {
    if (!this.#isDone()) void this.#tryNow();
  }

  /** Removes what has been buried so far. Resolves with what is left after the first try: the rest is tried again. */
  async remove(): Promise<LeftToRemove> {
    // One that is under way may have looked before the last tombstone was there.
    await this.#attempt;
    if (!isNothing(this.#left())) await this.#tryNow();
    return this.#left();
  }

  /** Resolves when no try is under way. Never rejects. */
  async idle(): Promise<void> {
    await this.#attempt;
  }

  /** Whether everything is gone, the log included, within this time. */
  async isDoneWithin(timeoutMs: number): Promise<boolean> {
    if (isNothing(this.#left())) return true;
    const bound = Promise.withResolvers<boolean>();
    const cancel = this.#parts.clock.after(timeoutMs, () => {
      bound.resolve(false);
    });
    const isDone = await Promise.race([this.#whenDone.promise, bound.promise]);
    cancel();
    return isDone;
  }

  /** The database is about to be closed. Waits briefly for a thread that runs; what it does not finish stays marked. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry();
    if (this.#attempt === null) return;
    const bound = Promise.withResolvers<undefined>();
    const cancel = this.#parts.clock.after(stopMsMax, () => {
      bound.resolve(undefined);
    });
    await Promise.race([this.#attempt, bound.promise]);
    cancel();
  }

  async #tryNow(): Promise<void> {
    this.#cancelRetry();
    this.#attempt ??= this.#runThread();
    await this.#attempt;
  }

  async #runThread(): Promise<void> {
    const { path, clock, log } = this.#parts;
    const failure = await startStoreThread("removal", path);
    this.#attempt = null;
    if (failure !== null) log.write("warn", "removing deleted sessions failed", { reason: failure });
    if (this.#isStopped) return;
    if (this.#isDone()) {
      this.#delayMs = firstDelayMs;
      this.#whenDone.resolve(true);
      this.#whenDone = Promise.withResolvers();
      return;
    }
    this.#cancelRetry = clock.after(this.#delayMs, () => {
      void this.#tryNow();
    });
    this.#delayMs = Math.min(this.#delayMs * 2, delayMsMax);
  }

  /** False, too, where the database can't be read at the moment: nobody waits who could be told. */
  #isDone(): boolean {
    try {
      return isNothing(this.#left());
    } catch (error) {
      const code = error instanceof AppError ? error.code : "unknown";
      this.#parts.log.write("warn", "what is left of deleted sessions could not be read", { error: code });
      return false;
    }
  }

  #left(): LeftToRemove {
    if (this.#isStopped) return { sessions: 0, inLog: 0 };
    return this.#parts.store.read(leftToRemove);
  }
}

function isNothing({ sessions, inLog }: LeftToRemove): boolean {
  return sessions === 0 && inLog === 0;
}
