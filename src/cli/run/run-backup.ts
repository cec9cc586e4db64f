import type { BackupUseCases } from "../../app/backups.ts";
import type { Interruption } from "./interruption.ts";

/** A run that has its answer sooner takes none, and pays nothing for it. */
const startMs = 500;
/** How long the end of a run waits for a copy that is under way. */
const endMsMax = 1_000;
/** 1 to 2 s of copying. A larger database waits for the full-screen program, or for `crush db backup`. */
const sizeBytesMax = 256 * 1024 * 1024;

/** The day's backup, taken beside the answer of a run, in a thread. */
export class RunBackup {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #taking: Promise<unknown> | null = null;

  constructor(backups: Pick<BackupUseCases, "keepDaily">) {
    this.#timer = setTimeout(() => {
      this.#taking = backups.keepDaily({ sizeBytesMax, signal: this.#abort.signal });
    }, startMs);
  }

  /** What is nearly done is waited for, unless nobody wants to wait; the rest is cut off, and leaves nothing. */
  async end(interruption: Interruption): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#taking === null) return;
    if (interruption.exitCode === undefined) {
      await interruption.orDone(
        this.#taking.then(() => undefined),
        endMsMax,
      );
    }
    this.#abort.abort();
    await this.#taking;
  }
}
