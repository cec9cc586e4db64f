import { isDeepStrictEqual } from "node:util";
import type { SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { ReadHandle } from "../store/handle.ts";
import type { SessionLine } from "../store/session-line.ts";
import { foreignVersion, getSessionLine, listSessionLines } from "../store/session-lines.ts";
import type { Context } from "./context.ts";
import type { ListedSession } from "./listed-session.ts";

/** A class, since there are thousands: what is made on demand costs no function of each line's own. */
export class KeptLine {
  readonly line: SessionLine;
  /** What was made of the line for a list; null: nothing yet. */
  summary: ListedSession | null = null;
  readonly #shortId: Context["shortId"];
  #hash: string | null;

  constructor(line: SessionLine, { shortId, known }: { shortId: Context["shortId"]; known: KeptLine | undefined }) {
    this.line = line;
    this.#shortId = shortId;
    this.#hash = known === undefined ? null : known.#hash;
  }

  /** The short id, made when it is first asked for: of thousands few are ever shown. */
  get hash(): string {
    return (this.#hash ??= this.#shortId(this.line.session.id));
  }
}

/** After which a session's line is another. Grants and what streams are in no line. */
const changing: ReadonlySet<SessionEvent["type"]> = new Set([
  "session-created",
  "session-updated",
  "session-deleted",
  "message-created",
  "message-deleted",
  "usage-recorded",
  "file-changed",
]);

/** More than this are read in one go. */
const readApartMax = 100;

/**
 * The lines of all sessions, read once and then only where an event of ours tells of a change; anew when another program,
 * or another connection of this one, has committed anything. Reading 10,000 takes 35 ms, and leaves as much garbage.
 */
export class KeptLines {
  readonly #shortId: Context["shortId"];
  readonly #changed = new Set<SessionId>();
  #lines: Map<SessionId, KeptLine> | null = null;
  #foreignVersion = -1;

  constructor({ events, shortId }: Pick<Context, "events" | "shortId">) {
    this.#shortId = shortId;
    events.watch((event) => {
      if (this.#lines === null || event.sessionId === null) return;
      if (changing.has(event.type)) this.#changed.add(event.sessionId);
    });
  }

  /** Archived ones included; the last changed or created first. */
  list(handle: ReadHandle): readonly KeptLine[] {
    const lines = this.#current(handle);
    return [...lines.values()].toSorted(byTime);
  }

  /** The newest few: where nothing is kept yet, no more than these are read; all with an infinite limit. */
  newest(
    handle: ReadHandle,
    { limit, archived }: { readonly limit: number; readonly archived: "hidden" | "shown" | "only" },
  ): readonly KeptLine[] {
    if (this.#lines === null && Number.isFinite(limit)) {
      return listSessionLines(handle, { limit, archived }).map((line) => this.#kept(line, undefined));
    }
    return this.list(handle)
      .filter(({ line }) => archived === "shown" || line.isArchived === (archived === "only"))
      .slice(0, limit);
  }

  #current(handle: ReadHandle): ReadonlyMap<SessionId, KeptLine> {
    const version = foreignVersion(handle);
    const isKept = version === this.#foreignVersion && this.#changed.size <= readApartMax;
    if (this.#lines === null || !isKept) {
      const known = this.#lines;
      const lines = listSessionLines(handle, { known: (id) => known?.get(id)?.line });
      this.#lines = new Map(lines.map((line) => [line.session.id, this.#kept(line, known?.get(line.session.id))]));
      this.#foreignVersion = version;
      this.#changed.clear();
      return this.#lines;
    }
    // What can't be read now is still to be read the next time.
    for (const id of this.#changed) {
      const line = getSessionLine(handle, id);
      if (line === null) this.#lines.delete(id);
      else this.#lines.set(id, this.#kept(line, this.#lines.get(id)));
      this.#changed.delete(id);
    }
    return this.#lines;
  }

  #kept(line: SessionLine, known: KeptLine | undefined): KeptLine {
    if (known !== undefined && isDeepStrictEqual(known.line, line)) return known;
    return new KeptLine(line, { shortId: this.#shortId, known });
  }
}

/** As `listSessionLines` orders. */
function byTime({ line: one }: KeptLine, { line: other }: KeptLine): number {
  const left = one.session;
  const right = other.session;
  return (
    Math.max(right.updatedAt, right.createdAt) - Math.max(left.updatedAt, left.createdAt) ||
    right.createdAt - left.createdAt ||
    other.rowid - one.rowid
  );
}
