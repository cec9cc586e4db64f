import { shownOutputLengthMax } from "../agent/output-journal.ts";
import { newMessageId } from "../schema/ids.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { LiveCommand } from "./app.ts";

interface RunningCommand {
  readonly sessionId: SessionId;
  readonly abort: AbortController;
  /** Settles when the command is gone and stored; never rejects. */
  readonly done: Promise<void>;
  live: LiveCommand;
}

export interface CommandStart {
  readonly sessionId: SessionId;
  /** Secrets are masked in it. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** It has begun, printed or ended. */
  readonly onChange: () => void;
}

/** What the work on a command gets. */
export interface CommandRun {
  /** Of the row that it will be. */
  readonly id: MessageId;
  readonly signal: AbortSignal;
  /** Takes what it has printed, secrets masked. */
  readonly print: (text: string) => void;
}

/** The person's own commands that run in this process. */
export class ShellCommands {
  readonly #running = new Set<RunningCommand>();

  isRunning(sessionId: SessionId): boolean {
    return this.live(sessionId).length > 0;
  }

  /** Those of a session, the oldest first. */
  live(sessionId: SessionId): readonly LiveCommand[] {
    return [...this.#running].flatMap((command) => (command.sessionId === sessionId ? [command.live] : []));
  }

  has(id: MessageId): boolean {
    return [...this.#running].some(({ live }) => live.id === id);
  }

  /** Settles as `work` does; its signal aborts with the caller's, and when the command is ended from here. */
  async run<Result>(start: CommandStart, work: (run: CommandRun) => Promise<Result>): Promise<Result> {
    const { sessionId, command, signal, onChange } = start;
    const abort = new AbortController();
    const done = Promise.withResolvers<void>();
    const id = newMessageId();
    const live: LiveCommand = { id, command, output: "", isElsewhere: false };
    const running: RunningCommand = { sessionId, abort, done: done.promise, live };
    const print = (text: string): void => {
      if (text === "") return;
      running.live = { ...running.live, output: (running.live.output + text).slice(-shownOutputLengthMax) };
      onChange();
    };
    this.#running.add(running);
    onChange();
    try {
      return await work({ id, signal: AbortSignal.any([signal, abort.signal]), print });
    } finally {
      this.#running.delete(running);
      onChange();
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
