import type { Config } from "../config/config.ts";
import type { ModelEvent, ProviderFactory } from "../providers/provider.ts";

export interface GateConfig {
  readonly providers: Readonly<Record<string, Pick<Config["providers"][string], "requestsMax">>>;
  readonly options: Pick<Config["options"], "requestsMax">;
}

/** How many requests the provider gets at a time. */
export function requestsMax({ providers, options }: GateConfig, providerId: string): number {
  return providers[providerId]?.requestsMax ?? options.requestsMax;
}

interface Request {
  readonly session: string;
  /** Called when its place is needed by what does not give way; null: it keeps its place. */
  readonly giveWay: (() => void) | null;
}

interface Waiter {
  readonly admit: () => void;
}

/** A place among a provider's requests, taken at once or when it is this session's turn. */
interface Place {
  readonly isFree: boolean;
  /** Resolves when the place is taken; never where it was left before. */
  readonly taken: Promise<void>;
  /** Gives the place back, or stops waiting for it. May be called again. */
  leave(): void;
}

/** Requests that wait; the sessions take turns. */
class Waiters {
  /** By session; the one whose turn is next comes first. */
  readonly #bySession = new Map<string, Waiter[]>();

  add(session: string, waiter: Waiter): void {
    this.#bySession.set(session, [...(this.#bySession.get(session) ?? []), waiter]);
  }

  /** One request of the session that has waited longest for its turn; its others go behind the other sessions. */
  takeNext(): Waiter | null {
    for (const [session, [first, ...others]] of this.#bySession) {
      this.#bySession.delete(session);
      if (others.length > 0) this.#bySession.set(session, others);
      return first ?? null;
    }
    return null;
  }

  forget(session: string, waiter: Waiter): void {
    const others = (this.#bySession.get(session) ?? []).filter((other) => other !== waiter);
    if (others.length === 0) this.#bySession.delete(session);
    else this.#bySession.set(session, others);
  }
}

/** The requests of one provider. */
class Lane {
  #running = 0;
  readonly #waiting = new Waiters();
  /** What gives way waits behind all else. */
  readonly #waitingLast = new Waiters();
  /** Running requests that give way, oldest first. */
  readonly #yielding = new Set<() => void>();

  enter({ session, giveWay }: Request, limit: number): Place {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiters = giveWay === null ? this.#waiting : this.#waitingLast;
    let state: "waiting" | "running" | "left" = "waiting";
    const isRunning = (): boolean => state === "running";
    const waiter: Waiter = {
      admit: () => {
        state = "running";
        this.#running += 1;
        if (giveWay !== null) this.#yielding.add(giveWay);
        resolve();
      },
    };
    waiters.add(session, waiter);
    if (giveWay === null && this.#running >= limit) this.#makeRoom();
    this.#admit(limit);
    return {
      isFree: isRunning(),
      taken: promise,
      leave: () => {
        if (isRunning()) this.#running -= 1;
        else if (state === "waiting") waiters.forget(session, waiter);
        if (giveWay !== null) this.#yielding.delete(giveWay);
        state = "left";
        this.#admit(limit);
      },
    };
  }

  #admit(limit: number): void {
    while (this.#running < limit) {
      const next = this.#waiting.takeNext() ?? this.#waitingLast.takeNext();
      if (next === null) return;
      next.admit();
    }
  }

  /** The one that has come least far loses least. */
  #makeRoom(): void {
    const newest = [...this.#yielding].at(-1);
    newest?.();
  }
}

/** How many requests a provider gets at a time. What is too much waits, and the sessions take turns. */
export class RequestGate {
  readonly #config: GateConfig;
  readonly #lanes = new Map<string, Lane>();

  constructor(config: GateConfig) {
    this.#config = config;
  }

  enter(providerId: string, request: Request): Place {
    const lane = this.#lanes.get(providerId) ?? new Lane();
    this.#lanes.set(providerId, lane);
    return lane.enter(request, requestsMax(this.#config, providerId));
  }
}

const abortedWhileWaiting: ModelEvent = {
  type: "failure",
  failure: { kind: "aborted", message: "canceled before the request was sent", isRetryable: false },
};

/**
 * Providers whose requests pass the gate: one that has to wait says so, and again when it is sent. One that gives way is
 * aborted where another needs its place.
 */
export function gatedProviders(createProvider: ProviderFactory, gate: RequestGate): ProviderFactory {
  return (settings) => {
    const provider = createProvider(settings);
    return {
      async *stream(request, signal) {
        const abort = new AbortController();
        const giveWay = request.givesWay === true ? end : null;
        const place = gate.enter(settings.id, { session: request.cacheKey, giveWay });
        const aborted = Promise.withResolvers<undefined>();
        // What was aborted gives its place back at once, however long its connection takes to end.
        function end(): void {
          place.leave();
          abort.abort(signal.reason);
          aborted.resolve(undefined);
        }
        if (signal.aborted) abort.abort(signal.reason);
        signal.addEventListener("abort", end, { once: true });
        try {
          if (!place.isFree) {
            yield { type: "request-wait" };
            if (!abort.signal.aborted) await Promise.race([place.taken, aborted.promise]);
            if (abort.signal.aborted) {
              yield abortedWhileWaiting;
              return;
            }
            yield { type: "request-start" };
          }
          yield* provider.stream(request, abort.signal);
        } finally {
          signal.removeEventListener("abort", end);
          place.leave();
        }
      },
    };
  };
}
