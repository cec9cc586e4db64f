import type { ModelFailure } from "../providers/provider.ts";

/** Tries of one request, the first included. */
export const attemptsMax = 8;
const firstDelayMs = 1_000;
const backOffMaxMs = 60_000;
/** A provider that asks for a longer pause is out of quota rather than busy: the turn fails and says so. */
const retryAfterMaxMs = 10 * 60_000;

/**
 * How long to wait before try `attempt + 1`, in milliseconds; null where another try makes no sense.
 * `retry-after` of the provider is honoured, never shortened. `jitter` in [0, 1) spreads clients that failed together.
 */
export function retryDelayMs(failure: ModelFailure, attempt: number, jitter: number): number | null {
  if (!failure.isRetryable || attempt >= attemptsMax) return null;
  const { retryAfterMs } = failure;
  if (retryAfterMs !== undefined && retryAfterMs >= 0) return retryAfterMs > retryAfterMaxMs ? null : retryAfterMs;
  const backOffMs = Math.min(firstDelayMs * 2 ** (attempt - 1), backOffMaxMs);
  return Math.round(backOffMs * (0.75 + jitter / 2));
}
