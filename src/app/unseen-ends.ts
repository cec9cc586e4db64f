import { AppError } from "../lib/app-error.ts";
import type { Log } from "../lib/log.ts";
import type { SessionId } from "../schema/ids.ts";
import type { FinishReason } from "../schema/message.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import type { Transactions } from "../store/store.ts";
import { deleteUnseenEnd, hasUnseenEnd, listUnseenEnds, putUnseenEnd, type UnseenEnd } from "../store/unseen-ends.ts";
import type { EventHub } from "./event-hub.ts";

export interface UnseenEndsParts {
  readonly store: Transactions;
  readonly events: EventHub;
  readonly log: Log;
  /** Who started the program reads how its turns end. */
  readonly isHeadless: boolean;
}

/**
 * How turns have ended at which nobody has looked since, kept on disk beside the end itself, so that it outlives the
 * program. The session that is shown here is looked at.
 */
export class UnseenEnds {
  readonly #parts: UnseenEndsParts;
  #shown: SessionId | null = null;

  constructor(parts: UnseenEndsParts) {
    this.#parts = parts;
    parts.events.watch((event) => {
      // It may have ended in another process, which does not know that it is shown here.
      if (event.type === "turn-end" && event.sessionId === this.#shown) this.look(event.sessionId);
    });
  }

  /** In the transaction in which a turn of this process ends. What a person canceled is no news to them. */
  ended(tx: WriteHandle, sessionId: SessionId, reason: FinishReason): void {
    if (this.#parts.isHeadless || reason === "canceled") deleteUnseenEnd(tx, sessionId);
    else this.lost(tx, sessionId, reason);
  }

  /** The same of a turn whose process did not see to it. */
  lost(tx: WriteHandle, sessionId: SessionId, reason: FinishReason): void {
    if (sessionId === this.#shown) deleteUnseenEnd(tx, sessionId);
    else putUnseenEnd(tx, sessionId, reason === "error" ? "failed" : "finished");
  }

  /** From now on the session is shown, and no other. */
  look(sessionId: SessionId): void {
    const { store, log } = this.#parts;
    this.#shown = sessionId;
    if (!store.read((tx) => hasUnseenEnd(tx, sessionId))) return;
    store
      .transact((tx) => {
        deleteUnseenEnd(tx, sessionId);
      })
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        log.write("debug", "a look at a session could not be kept", { error: error.code });
      });
  }

  /** The latest first. */
  list(handle: ReadHandle): readonly UnseenEnd[] {
    return listUnseenEnds(handle).filter(({ sessionId }) => sessionId !== this.#shown);
  }
}
