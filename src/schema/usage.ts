/**
 * Tokens of one request, normalised: the classes are disjoint, so their sum is what was consumed.
 * All are integers ≥ 0.
 */
export interface Usage {
  /** Without what was read from or written to the cache. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  /** All cache writes. */
  readonly cacheWriteTokens: number;
  /** The part of `cacheWriteTokens` that was written with the 1-hour lifetime (priced at twice the input price). */
  readonly cacheWriteLongTokens: number;
  /** Output with reasoning included. */
  readonly outputTokens: number;
  /** The part of `outputTokens` that was reasoning. */
  readonly reasoningTokens: number;
  /** True where the provider reported nothing (or only a part, before an abort) and the figures are ours. Shown as `~`. */
  readonly isEstimated: boolean;
}

export const noUsage: Usage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteLongTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  isEstimated: false,
};

/** More of one class in one request is no count of tokens; sums of these stay whole numbers in the database. */
const tokensMax = 1_000_000_000;

/** Whether figures that came from outside can be booked; what cannot be true counts as not reported. */
export function isBelievable({ isEstimated: _, ...tokens }: Usage): boolean {
  return Object.values(tokens).every((count) => Number.isInteger(count) && count >= 0 && count <= tokensMax);
}

export function addUsage(left: Usage, right: Usage): Usage {
  return {
    inputTokens: left.inputTokens + right.inputTokens,
    cacheReadTokens: left.cacheReadTokens + right.cacheReadTokens,
    cacheWriteTokens: left.cacheWriteTokens + right.cacheWriteTokens,
    cacheWriteLongTokens: left.cacheWriteLongTokens + right.cacheWriteLongTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    reasoningTokens: left.reasoningTokens + right.reasoningTokens,
    isEstimated: left.isEstimated || right.isEstimated,
  };
}

/** What the request held: the gauge of the context window. */
export function promptTokens(usage: Usage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}

/** What the request consumed in all. */
export function totalTokens(usage: Usage): number {
  return promptTokens(usage) + usage.outputTokens;
}

/** Why a request was made; the ledger shows them apart. */
export type UsagePurpose = "turn" | "title" | "summary" | "child";

/** One row of the ledger. `costUsd` is null where the price is unknown: shown as unknown, never as $0. */
export interface UsageRecord {
  readonly id: string;
  readonly sessionId: string;
  /** A plain column: the message may be gone. Null for a title's request. */
  readonly messageId: string | null;
  readonly purpose: UsagePurpose;
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  readonly costUsd: number | null;
  /** True where the provider itself sent the cost. */
  readonly isProviderCost: boolean;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** `ok`, `canceled`, or the kind of the failure of this try. */
  readonly outcome: string;
}
