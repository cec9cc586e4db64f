import type { App } from "../../app/app.ts";
import type { Session } from "../../schema/session.ts";
import { exitAtOnce, exitCodes } from "../exit.ts";
import type { CliIo } from "../io.ts";

/**
 * The first signal, or a reader that went away, ends the turn and keeps it; a second signal ends the process, whatever
 * it is doing by then. Watches from the opening of the database until it is closed.
 */
export class Interruption {
  readonly #app: App;
  readonly #happened = Promise.withResolvers<void>();
  readonly #release: () => void;
  readonly #abort = new AbortController();
  #exitCode: number | undefined;
  #session: Session | undefined;

  constructor(app: App, io: CliIo) {
    this.#app = app;
    this.#release = io.onSignal((signal) => {
      const code = signal === "SIGTERM" ? exitCodes.terminated : exitCodes.canceled;
      if (this.#exitCode !== undefined) exitAtOnce(code);
      this.#cancel(code);
    });
    io.onOutputClosed(() => this.#cancel(exitCodes.outputClosed));
  }

  /** The session whose turn is to be ended. */
  watch(session: Session): void {
    this.#session = session;
  }

  #cancel(code: number): void {
    this.#exitCode ??= code;
    this.#happened.resolve();
    this.#abort.abort();
    // A turn that has ended already has nothing to cancel; one that cannot be ended is told by its outcome.
    if (this.#session !== undefined) this.#app.cancelTurn(this.#session.id).catch(() => undefined);
  }

  /** Aborts as soon as nobody wants to wait any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Undefined while nothing has happened. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /**
   * Resolves when the work is done, when `limitMs` have passed (no limit unless given), or as soon as nobody wants to wait
   * any more.
   */
  async orDone(work: Promise<void>, limitMs?: number): Promise<void> {
    const { promise: isLate, resolve } = Promise.withResolvers<void>();
    const timer = limitMs === undefined ? undefined : setTimeout(resolve, limitMs);
    await Promise.race([work, isLate, this.#happened.promise]);
    clearTimeout(timer);
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
