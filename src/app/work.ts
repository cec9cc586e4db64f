import type { Clock } from "../lib/clock.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Patience } from "./patience.ts";
import type { FinishReason } from "../schema/message.ts";
import type { PromptSource } from "./prompt-source.ts";
import { ShellCommands } from "./shell-commands.ts";
import { StartedTurns } from "./started-turns.ts";
import type { TurnClaims } from "./turn-claims.ts";
import type { TurnEngine } from "./turn-engine.ts";
import { TurnRegistry } from "./turn-registry.ts";

const finishTimeoutMs = 10_000;

type EndListener = (sessionId: SessionId, reason: FinishReason) => void;

/** What this process is doing besides showing sessions. */
export class Work {
  readonly turns = new TurnRegistry();
  readonly commands = new ShellCommands();
  readonly claims: TurnClaims;
  readonly patience: Patience;
  readonly prompts: PromptSource;
  readonly titles: TitleJobs;
  readonly started = new StartedTurns();
  readonly #endListeners: EndListener[] = [];
  readonly #make: () => Promise<TurnEngine>;
  #engine: Promise<TurnEngine> | null = null;
  #ready: TurnEngine | null = null;

  constructor(
    parts: Pick<Work, "prompts" | "claims" | "patience"> & { readonly clock: Clock },
    makeEngine: () => Promise<TurnEngine>,
  ) {
    this.prompts = parts.prompts;
    this.claims = parts.claims;
    this.patience = parts.patience;
    this.titles = new TitleJobs(parts.clock);
    this.#make = makeEngine;
  }

  /** Calls back when a turn or a command of the person's has ended here and the session is free. */
  onEnded(listener: EndListener): void {
    this.#endListeners.push(listener);
  }

  tellEnded(sessionId: SessionId, reason: FinishReason): void {
    for (const listener of this.#endListeners) listener(sessionId, reason);
  }

  /** Loaded at the first turn. */
  async engine(): Promise<TurnEngine> {
    this.#engine ??= this.#make();
    this.#ready = await this.#engine;
    return this.#ready;
  }

  /** Null where no turn has run yet. */
  readyEngine(): TurnEngine | null {
    return this.#ready;
  }
}

/** Titles in the making: they outlive their turn. Those of one session are made one after the other. */
class TitleJobs {
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  /** The last of each session. */
  readonly #jobs = new Map<SessionId, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(sessionId: SessionId, job: (signal: AbortSignal) => Promise<void>): void {
    const running = this.#after(this.#jobs.get(sessionId), job).finally(() => {
      if (this.#jobs.get(sessionId) === running) this.#jobs.delete(sessionId);
    });
    this.#jobs.set(sessionId, running);
  }

  async #after(earlier: Promise<void> | undefined, job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    await earlier;
    if (!this.#abort.signal.aborted) await job(this.#abort.signal);
  }

  /** Waits for them, at most ten seconds: a title is worth no more. */
  async finish(): Promise<void> {
    if (this.#jobs.size === 0) return;
    const bound = Promise.withResolvers<undefined>();
    const cancel = this.#clock.after(finishTimeoutMs, () => {
      bound.resolve(undefined);
    });
    await Promise.race([Promise.all(this.#jobs.values()), bound.promise]);
    cancel();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#jobs.values());
  }
}
