import type { Clock } from "../lib/clock.ts";
import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import {
  listChangedFacts,
  listSessionMarks,
  listSessionMarksSince,
  newestFactsMs,
  sumOfSessions,
} from "../store/change-marks.ts";
import type { SessionMark } from "../store/change-marks.ts";
import type { ReadHandle } from "../store/handle.ts";

interface KnownSession {
  readonly updatedAt: number;
  /** Null: ours has just made it, or it was never looked at closely. */
  readonly mark: number | null;
}

/** Times are whole seconds: once so many have passed, no row can change any more without its time. */
const settledSeconds = 2;

/** Finds out which sessions other programs have added, changed or deleted since the last look. */
export class ForeignSessions {
  readonly #clock: Clock;
  readonly #known = new Map<SessionId, KnownSession>();
  #updatedSum = 0;
  #newestAt = 0;
  /** From which time on sessions may have changed since the last look; thousands may share the newest. */
  #changedSince = 0;
  #newestFactsMs = 0;

  constructor(handle: ReadHandle, clock: Clock) {
    this.#clock = clock;
    const lookedAtMs = clock.nowMs();
    for (const session of listSessionMarks(handle)) this.#keep(session.id, session);
    this.#newestFactsMs = newestFactsMs(handle);
    this.#endLook(lookedAtMs);
  }

  has(sessionId: SessionId): boolean {
    return this.#known.has(sessionId);
  }

  /** What ours committed is no news. */
  acceptOwn(event: SessionEvent): void {
    if (event.type === "session-created") this.#keep(event.sessionId, { updatedAt: 0, mark: null });
    if (event.type === "session-deleted") this.#forget(event.sessionId);
  }

  /** What has changed; a session that ours changed meanwhile may be among it. Created ones first, deleted ones last. */
  look(handle: ReadHandle): readonly SessionEvent[] {
    const lookedAtMs = this.#clock.nowMs();
    const recent = this.#compare(listSessionMarksSince(handle, this.#changedSince));
    const found = this.#isInStep(handle) ? recent : [...recent, ...this.#compareAll(handle)];
    this.#endLook(lookedAtMs);
    const told = new Set(found.map((event) => event.sessionId));
    return [...found, ...this.#changedFacts(handle).filter((event) => !told.has(event.sessionId))];
  }

  #endLook(lookedAtMs: number): void {
    const isSettled = Math.floor(lookedAtMs / 1000) - this.#newestAt >= settledSeconds;
    this.#changedSince = isSettled ? this.#newestAt + 1 : this.#newestAt;
  }

  #isInStep(handle: ReadHandle): boolean {
    const { count, updatedSum } = sumOfSessions(handle);
    return count === this.#known.size && updatedSum === this.#updatedSum;
  }

  /** The few that changed lately do not explain it: a deletion, an old session brought in, a clock that was set back. */
  #compareAll(handle: ReadHandle): readonly SessionEvent[] {
    const all = listSessionMarks(handle);
    const changed = this.#compare(all);
    const there = new Set(all.map(({ id }) => id));
    const gone = [...this.#known.keys()].filter((id) => !there.has(id));
    for (const id of gone) this.#forget(id);
    return [...changed, ...gone.map((sessionId): SessionEvent => ({ type: "session-deleted", sessionId }))];
  }

  #compare(marks: readonly SessionMark[]): readonly SessionEvent[] {
    const events: SessionEvent[] = [];
    for (const session of marks) {
      const known = this.#known.get(session.id);
      this.#keep(session.id, session);
      if (known === undefined) events.push({ type: "session-created", sessionId: session.id });
      else if (known.updatedAt !== session.updatedAt || known.mark !== session.mark) {
        events.push({ type: "session-updated", sessionId: session.id });
      }
    }
    return events;
  }

  #changedFacts(handle: ReadHandle): readonly SessionEvent[] {
    const since = this.#newestFactsMs + 1;
    const changed = listChangedFacts(handle, since);
    this.#newestFactsMs = Math.max(this.#newestFactsMs, ...changed.map(({ updatedAtMs }) => updatedAtMs));
    return changed.map(({ sessionId }): SessionEvent => ({ type: "session-updated", sessionId }));
  }

  #keep(id: SessionId, known: KnownSession): void {
    this.#forget(id);
    this.#known.set(id, known);
    this.#updatedSum += known.updatedAt;
    this.#newestAt = Math.max(this.#newestAt, known.updatedAt);
  }

  #forget(id: SessionId): void {
    this.#updatedSum -= this.#known.get(id)?.updatedAt ?? 0;
    this.#known.delete(id);
  }
}
