import type { TurnRunner } from "../agent/turn-runner.ts";
import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";

export interface RunningTurn {
  readonly startedAtMs: number;
  /** Null until the turn's parts are loaded, and for work without steps (a compaction). */
  runner: TurnRunner | null;
  readonly cancel: () => void;
  /** Resolves when everything of the turn is on disk; never rejects. */
  readonly done: Promise<void>;
}

/** What the work of a turn gets. */
export interface TurnHandle {
  readonly signal: AbortSignal;
  readonly setRunner: (runner: TurnRunner) => void;
}

/** The turns that run in this process: at most one a session. */
export class TurnRegistry {
  readonly #turns = new Map<SessionId, RunningTurn>();

  get(sessionId: SessionId): RunningTurn | undefined {
    return this.#turns.get(sessionId);
  }

  running(): readonly SessionId[] {
    return [...this.#turns.keys()];
  }

  /** Runs `work` as the session's only turn. Throws session-busy where one runs. */
  async run<Result>(
    sessionId: SessionId,
    startedAtMs: number,
    work: (turn: TurnHandle) => Promise<Result>,
  ): Promise<Result> {
    if (this.#turns.has(sessionId)) {
      throw new AppError("session-busy", "the session is at work", {
        hint: "wait until the turn has ended, or cancel it (esc esc)",
      });
    }
    const abort = new AbortController();
    const done = Promise.withResolvers<undefined>();
    const turn: RunningTurn = {
      startedAtMs,
      runner: null,
      done: done.promise,
      cancel: () => {
        abort.abort();
        turn.runner?.cancel();
      },
    };
    this.#turns.set(sessionId, turn);
    try {
      return await work({
        signal: abort.signal,
        setRunner: (runner) => {
          turn.runner = runner;
        },
      });
    } finally {
      this.#turns.delete(sessionId);
      done.resolve(undefined);
    }
  }

  async cancel(sessionId: SessionId): Promise<void> {
    const turn = this.#turns.get(sessionId);
    turn?.cancel();
    await turn?.done;
  }

  async cancelAll(): Promise<void> {
    await Promise.all(this.running().map(async (sessionId) => this.cancel(sessionId)));
  }
}
