import type { Clock } from "../lib/clock.ts";
import type { SessionId } from "../schema/ids.ts";

/** What has ended is booked at once; what could not be booked by then, as on a full disk, is not waited for any longer. */
const bookingMsMax = 60_000;

interface OpenRequest {
  readonly sessionId: SessionId;
  readonly estimateUsd: number;
  /** Null: it runs. */
  endedAtMs: number | null;
}

/** Requests of this process that the ledger does not hold yet, with what they are likely to cost. */
export class OpenRequests {
  readonly #clock: Pick<Clock, "nowMs">;
  /** Oldest first. */
  readonly #requests = new Set<OpenRequest>();

  constructor(clock: Pick<Clock, "nowMs">) {
    this.#clock = clock;
  }

  /** What is returned is called however the request ends; may be called again. */
  add(sessionId: SessionId, estimateUsd: number): () => void {
    const request: OpenRequest = { sessionId, estimateUsd, endedAtMs: null };
    this.#requests.add(request);
    return () => {
      request.endedAtMs ??= this.#clock.nowMs();
    };
  }

  /** A request of the session stands in the ledger: the oldest one that has ended. */
  book(sessionId: SessionId): void {
    for (const request of this.#requests) {
      if (request.sessionId !== sessionId || request.endedAtMs === null) continue;
      this.#requests.delete(request);
      return;
    }
  }

  sumUsd(isCounted: (sessionId: SessionId) => boolean = () => true): number {
    const bookedSinceMs = this.#clock.nowMs() - bookingMsMax;
    let sum = 0;
    for (const request of this.#requests) {
      if (request.endedAtMs !== null && request.endedAtMs <= bookedSinceMs) this.#requests.delete(request);
      else if (isCounted(request.sessionId)) sum += request.estimateUsd;
    }
    return sum;
  }
}
