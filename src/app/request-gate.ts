import type { Config } from "../config/config.ts";
import type { ModelEvent, ProviderFactory } from "../providers/provider.ts";

export interface GateConfig {
  readonly providers: Readonly<Record<string, Pick<Config["providers"][string], "requestsMax">>>;
  readonly options: Pick<Config["options"], "requestsMax">;
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

/** The requests of one provider. */
class Lane {
  #running = 0;
  /** By session; the one whose turn is next comes first. */
  readonly #waiting = new Map<string, Waiter[]>();

  enter(session: string, limit: number): Place {
    const { promise, resolve } = Promise.withResolvers<void>();
    let state: "waiting" | "running" | "left" = "waiting";
    const waiter: Waiter = {
      admit: () => {
        state = "running";
        this.#running += 1;
        resolve();
      },
    };
    const isFree = this.#running < limit && this.#waiting.size === 0;
    if (isFree) waiter.admit();
    else this.#waiting.set(session, [...(this.#waiting.get(session) ?? []), waiter]);
    return {
      isFree,
      taken: promise,
      leave: () => {
        if (state === "running") this.#running -= 1;
        else if (state === "waiting") this.#forget(session, waiter);
        state = "left";
        while (this.#running < limit && this.#waiting.size > 0) this.#admitNext();
      },
    };
  }

  /** One request of the session that has waited longest for its turn; its others go behind the other sessions. */
  #admitNext(): void {
    for (const [session, [first, ...others]] of this.#waiting) {
      this.#waiting.delete(session);
      if (others.length > 0) this.#waiting.set(session, others);
      first?.admit();
      return;
    }
  }

  #forget(session: string, waiter: Waiter): void {
    const others = (this.#waiting.get(session) ?? []).filter((other) => other !== waiter);
    if (others.length === 0) this.#waiting.delete(session);
    else this.#waiting.set(session, others);
  }
}

/** How many requests a provider gets at a time. What is too much waits, and the sessions take turns. */
export class RequestGate {
  readonly #config: GateConfig;
  readonly #lanes = new Map<string, Lane>();

  constructor(config: GateConfig) {
    this.#config = config;
  }

  enter(providerId: string, session: string): Place {
    const lane = this.#lanes.get(providerId) ?? new Lane();
    this.#lanes.set(providerId, lane);
    const { providers, options } = this.#config;
    return lane.enter(session, providers[providerId]?.requestsMax ?? options.requestsMax);
  }
}

const abortedWhileWaiting: ModelEvent = {
  type: "failure",
  failure: { kind: "aborted", message: "canceled before the request was sent", isRetryable: false },
};

/** Providers whose requests pass the gate: one that has to wait says so, and again when it is sent. */
export function gatedProviders(createProvider: ProviderFactory, gate: RequestGate): ProviderFactory {
  return (settings) => {
    const provider = createProvider(settings);
    return {
      async *stream(request, signal) {
        const place = gate.enter(settings.id, request.cacheKey);
        const aborted = Promise.withResolvers<undefined>();
        // What was aborted gives its place back at once, however long its connection takes to end.
        const onAbort = (): void => {
          place.leave();
          aborted.resolve(undefined);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        try {
          if (!place.isFree) {
            yield { type: "request-wait" };
            if (!signal.aborted) await Promise.race([place.taken, aborted.promise]);
            if (signal.aborted) {
              yield abortedWhileWaiting;
              return;
            }
            yield { type: "request-start" };
          }
          yield* provider.stream(request, signal);
        } finally {
          signal.removeEventListener("abort", onAbort);
          place.leave();
        }
      },
    };
  };
}
