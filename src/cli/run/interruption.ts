import type { App } from "../../app/app.ts";
import type { Session } from "../../schema/session.ts";
import { exitAtOnce, exitCodes } from "../exit.ts";
import type { CliIo } from "../io.ts";

/** The first signal, or a reader that went away, ends the turn and keeps it; a second signal ends the process. */
export class Interruption {
  readonly #happened = Promise.withResolvers<void>();
  readonly #release: () => void;
  #exitCode: number | undefined;

  constructor(app: App, session: Session, io: CliIo) {
    const cancel = (code: number): void => {
      this.#exitCode ??= code;
      this.#happened.resolve();
      // A turn that has ended already has nothing to cancel; one that cannot be ended is told by its outcome.
      app.cancelTurn(session.id).catch(() => undefined);
    };
    this.#release = io.onSignal((signal) => {
      const code = signal === "SIGTERM" ? exitCodes.terminated : exitCodes.canceled;
      if (this.#exitCode !== undefined) exitAtOnce(code);
      cancel(code);
    });
    io.onOutputClosed(() => cancel(exitCodes.outputClosed));
  }

  /** Undefined while nothing has happened. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Resolves when the work is done, when `limitMs` have passed, or as soon as nobody wants to wait any more. */
  async orDone(work: Promise<void>, limitMs: number): Promise<void> {
    const { promise: isLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    await Promise.race([work, isLate, this.#happened.promise]);
    clearTimeout(timer);
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
