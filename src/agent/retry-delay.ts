import type { ModelFailure } from "../providers/provider.ts";

/** Tries of one request, the first included. */
export const attemptsMax = 8;
const firstDelayMs = 1_000;
const backOffMaxMs = 60_000;
/** A provider that asks for a longer pause is out of quota rather than busy: the turn fails and says so. */
const retryAfterMaxMs = 10 * 60_000;

/**
 * How long to wait before try `attempt + 1`, in milliseconds; null where another try makes no sense.
 * `retry-after` of the provider is honoured, never shortened; one that is shorter than our own pause (0, or a date that has
 * passed) would burn all tries at once. `jitter` in [0, 1) spreads clients that failed together.
 */
export function retryDelayMs(failure: ModelFailure, attempt: number, jitter: number): number | null {
  if (!failure.isRetryable || attempt >= attemptsMax) return null;
  const { retryAfterMs = 0 } = failure;
  if (retryAfterMs > retryAfterMaxMs) return null;
  const backOffMs = Math.min(firstDelayMs * 2 ** (attempt - 1), backOffMaxMs);
  const ownMs = Math.round(backOffMs * (0.75 + jitter / 2));
  return retryAfterMs > ownMs ? retryAfterMs : ownMs;
}
