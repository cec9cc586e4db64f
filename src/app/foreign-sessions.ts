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
  readonly mark: string | null;
}

/** Finds out which sessions other programs have added, changed or deleted since the last look. */
export class ForeignSessions {
  readonly #known = new Map<SessionId, KnownSession>();
  #updatedSum = 0;
  #newestAt = 0;
  #newestFactsMs = 0;

  constructor(handle: ReadHandle) {
    for (const { id, updatedAt, mark } of listSessionMarks(handle)) this.#keep(id, { updatedAt, mark });
    this.#newestFactsMs = newestFactsMs(handle);
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
    const recent = this.#compare(listSessionMarksSince(handle, this.#newestAt));
    const found = this.#isInStep(handle) ? recent : [...recent, ...this.#compareAll(handle)];
    const told = new Set(found.map((event) => event.sessionId));
    return [...found, ...this.#changedFacts(handle).filter((event) => !told.has(event.sessionId))];
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
    return marks.flatMap(({ id, updatedAt, mark }): SessionEvent[] => {
      const known = this.#known.get(id);
      this.#keep(id, { updatedAt, mark });
      if (known === undefined) return [{ type: "session-created", sessionId: id }];
      return known.mark === mark ? [] : [{ type: "session-updated", sessionId: id }];
    });
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
