import type { Clock } from "../lib/clock.ts";

/**
 * How long what was aborted may take to come to its end, in milliseconds. Tools and providers promise to end promptly; a
 * process group that has to be killed takes about two seconds. Whoever breaks the promise must not hold a cancel for ever.
 */
const abortGraceMs = 10_000;

/** Settles as the work does, or with what `late` gives where it has not settled `abortGraceMs` after the abort. */
export async function withinGrace<T>(
  work: Promise<T>,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
  late: () => T,
): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  let stopWaiting = (): void => undefined;
  const onAbort = (): void => {
    stopWaiting = clock.after(abortGraceMs, () => {
      resolve(late());
    });
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    stopWaiting();
  }
}
