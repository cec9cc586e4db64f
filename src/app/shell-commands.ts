import type { SessionId } from "../schema/ids.ts";

interface RunningCommand {
  readonly sessionId: SessionId;
  readonly abort: AbortController;
  /** Settles when the command is gone and stored; never rejects. */
  readonly done: Promise<void>;
}

/** The person's own commands that run in this process. */
export class ShellCommands {
  readonly #running = new Set<RunningCommand>();

  isRunning(sessionId: SessionId): boolean {
    return [...this.#running].some((command) => command.sessionId === sessionId);
  }

  /** Settles as `work` does; its signal aborts with the caller's, and when the command is ended from here. */
  async run<Result>(
    { sessionId, signal }: { readonly sessionId: SessionId; readonly signal: AbortSignal },
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const abort = new AbortController();
    const done = Promise.withResolvers<void>();
    const command = { sessionId, abort, done: done.promise };
    this.#running.add(command);
    try {
      return await work(AbortSignal.any([signal, abort.signal]));
    } finally {
      this.#running.delete(command);
      done.resolve();
    }
  }

  /** Ends those of a session, or all; resolves when they are gone and stored. */
  async endAll(sessionId?: SessionId): Promise<void> {
    const ending = [...this.#running].filter((command) => sessionId === undefined || command.sessionId === sessionId);
    for (const { abort } of ending) abort.abort();
    await Promise.all(ending.map(async ({ done }) => done));
  }
}
