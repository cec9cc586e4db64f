import { addUsage, noUsage, totalTokens, type Usage, type UsageRecord } from "../../schema/usage.ts";

/** What the requests of a run consumed together: its turn's, failed tries and the title's included. */
export class RunLedger {
  #usage: Usage = noUsage;
  #costUsd: number | null = 0;

  get usage(): Usage {
    return this.#usage;
  }

  /** US$; null as soon as the price of one request is unknown. */
  get costUsd(): number | null {
    return this.#costUsd;
  }

  add({ usage, costUsd }: UsageRecord): void {
    this.#usage = addUsage(this.#usage, usage);
    if (costUsd === null && totalTokens(usage) === 0) return;
    this.#costUsd = this.#costUsd === null || costUsd === null ? null : this.#costUsd + costUsd;
  }
}
