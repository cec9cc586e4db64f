import type { JournalPort } from "../agent/ports.ts";
import { AppError } from "../lib/app-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { SessionId } from "../schema/ids.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import type { Transactions } from "../store/store.ts";

const firstPauseMs = 200;
const pauseMsMax = 2_000;
const journalReason = "the disk takes nothing more";

export interface PatienceOptions {
  readonly clock: Clock;
  readonly emit: (event: LiveEvent) => void;
  /** False: nobody is there to make room; what can't be written ends its turn. */
  readonly isPatient: boolean;
}

/**
 * What turns have to write while the disk is full or another program holds the database: kept in memory, told to the
 * watchers, and written as soon as that goes.
 */
export class Patience implements Disposable {
  readonly #options: PatienceOptions;
  readonly #closing = new AbortController();
  /** Reasons by what waits. */
  readonly #waiting = new Map<SessionId, Map<object, string>>();

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** Why something of this session is not on the disk; null where all is. */
  reasonOf(sessionId: SessionId): string | null {
    const [reason = null] = this.#waiting.get(sessionId)?.values() ?? [];
    return reason;
  }

  /** The store, whose transactions wait until they can be made. Once this is disposed they fail as the store's do. */
  store(store: Transactions, sessionId: SessionId): Transactions {
    return {
      read: (fn) => store.read(fn),
      transact: async (fn, options) => this.#insist(sessionId, async () => store.transact(fn, options)),
    };
  }

  /** The journal, of which the watchers hear when the disk does not take it. */
  journal(journal: JournalPort, sessionId: SessionId): JournalPort {
    return {
      append: (text) => {
        const isWritten = journal.append(text);
        if (isWritten) this.#written(sessionId, journal);
        else this.#unwritten(sessionId, { what: journal, reason: journalReason });
        return isWritten;
      },
      close: () => {
        this.#written(sessionId, journal);
        journal.close();
      },
      remove: () => {
        this.#written(sessionId, journal);
        journal.remove();
      },
    };
  }

  /** The program ends: nobody waits any longer. */
  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #insist<T>(sessionId: SessionId, write: () => Promise<T>): Promise<T> {
    const what = {};
    try {
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
        try {
          return await write();
        } catch (error) {
          const reason = passingReason(error);
          if (reason === null || !this.#options.isPatient || this.#closing.signal.aborted) throw error;
          this.#unwritten(sessionId, { what, reason });
        }
        await this.#pause(pauseMs);
      }
    } finally {
      this.#written(sessionId, what);
    }
  }

  async #pause(pauseMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => {
      resolve();
    };
    const cancel = this.#options.clock.after(pauseMs, end);
    this.#closing.signal.addEventListener("abort", end, { once: true });
    await promise;
    cancel();
    this.#closing.signal.removeEventListener("abort", end);
  }

  #unwritten(sessionId: SessionId, { what, reason }: { readonly what: object; readonly reason: string }): void {
    const before = this.reasonOf(sessionId);
    const waiting = this.#waiting.get(sessionId) ?? new Map<object, string>();
    this.#waiting.set(sessionId, waiting.set(what, reason));
    if (before === null) this.#options.emit({ type: "storage-wait", sessionId, reason });
  }

  #written(sessionId: SessionId, what: object): void {
    const waiting = this.#waiting.get(sessionId);
    if (waiting?.delete(what) !== true || waiting.size > 0) return;
    this.#waiting.delete(sessionId);
    this.#options.emit({ type: "storage-ready", sessionId });
  }
}

/** What may be over soon, in a few words; null where waiting does not help. Nothing was committed in either case. */
function passingReason(error: unknown): string | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === "disk-full") return "no space is left on the disk";
  return error.code === "database-locked" ? error.message : null;
}
