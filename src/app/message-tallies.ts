import type { Clock } from "../lib/clock.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Session } from "../schema/session.ts";
import type { ReadHandle } from "../store/handle.ts";
import { lastMessageRowid, type MessageTally, noMessages, tallyOn } from "../store/message-tally.ts";
import type { Context } from "./context.ts";

/** Counted at once up to here, a few milliseconds; beyond in pieces where nobody waits. */
const rowsAtOnce = 2000;
const rowsAPiece = 1000;

interface Known extends MessageTally {
  /** Crush's own count at that time: it moves with each row that is added or removed. */
  readonly stored: number;
}

/**
 * How many messages each session has. Counting reads every row once: what was counted is kept, and counted on from as
 * long as the rows that were counted are still there.
 */
export class MessageTallies {
  readonly #context: Pick<Context, "store" | "clock" | "events">;
  readonly #known = new Map<SessionId, Known>();
  readonly #counting = new Set<SessionId>();

  constructor(context: Pick<Context, "store" | "clock" | "events">) {
    this.#context = context;
  }

  exact(handle: ReadHandle, session: Session): MessageTally {
    return this.#current(handle, session) ?? this.#keep(session, tallyOn(handle, noMessages(session.id)));
  }

  /** As exact, but in a long session that was not counted yet all rows count until they are: session-updated then tells. */
  soon(handle: ReadHandle, session: Session): MessageTally {
    const current = this.#current(handle, session);
    if (current !== null) return current;
    if (session.messageCount <= rowsAtOnce) return this.exact(handle, session);
    this.#count(session);
    return { ...noMessages(session.id), rows: session.messageCount, shown: session.messageCount };
  }

  #current(handle: ReadHandle, session: Session): MessageTally | null {
    const known = this.#known.get(session.id);
    if (known === undefined || session.messageCount < known.stored) return null;
    const added = session.messageCount - known.stored;
    if (added > rowsAtOnce) return null;
    const last = lastMessageRowid(handle, session.id);
    if (added === 0) return last === known.lastRowid ? known : null;
    const tally = tallyOn(handle, known);
    return tally.rows - known.rows === added ? this.#keep(session, tally) : null;
  }

  #keep(session: Session, tally: MessageTally): MessageTally {
    this.#known.set(session.id, { ...tally, stored: session.messageCount });
    return tally;
  }

  #count(session: Session): void {
    if (this.#counting.has(session.id)) return;
    this.#counting.add(session.id);
    const { clock } = this.#context;
    countInPieces(this.#context.store, clock, session.id)
      .then((tally) => {
        this.#keep(session, tally);
        this.#context.events.emit({ type: "session-updated", sessionId: session.id });
      })
      // The store was closed or can't be read: whoever needs the count next meets that.
      .catch(() => undefined)
      .finally(() => this.#counting.delete(session.id));
  }
}

async function countInPieces(store: Context["store"], clock: Clock, sessionId: SessionId): Promise<MessageTally> {
  let tally = noMessages(sessionId);
  for (;;) {
    await new Promise<void>((resolve) => {
      clock.after(1, resolve);
    });
    const before = tally.rows;
    tally = store.read((tx) => tallyOn(tx, tally, rowsAPiece));
    if (tally.rows - before < rowsAPiece) return tally;
  }
}
