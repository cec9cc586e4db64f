import type { TurnEngine } from "./turn-engine.ts";
import { TurnRegistry } from "./turn-registry.ts";

/** What this process is doing besides showing sessions. */
export class Work {
  readonly turns = new TurnRegistry();
  readonly titles = new TitleJobs();
  readonly #make: () => Promise<TurnEngine>;
  #engine: Promise<TurnEngine> | null = null;
  #ready: TurnEngine | null = null;

  constructor(makeEngine: () => Promise<TurnEngine>) {
    this.#make = makeEngine;
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

/** Titles in the making: they outlive their turn. */
class TitleJobs {
  readonly #abort = new AbortController();
  readonly #jobs = new Set<Promise<void>>();

  add(job: (signal: AbortSignal) => Promise<void>): void {
    const running = job(this.#abort.signal).finally(() => {
      this.#jobs.delete(running);
    });
    this.#jobs.add(running);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#jobs);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.finish();
  }
}
