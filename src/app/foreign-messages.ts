import type { MessageId, SessionId } from "../schema/ids.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import { listMessageMarks, messageMarkOf } from "../store/change-marks.ts";
import type { MessageMark } from "../store/change-marks.ts";
import type { ReadHandle } from "../store/handle.ts";
import { getMessage } from "../store/messages.ts";

/** Rows at the end of a transcript that are compared: what changes is there. */
const tailLength = 64;

/** Finds out which of the newest rows of one session other programs have added, changed or deleted. */
export class ForeignMessages {
  readonly #sessionId: SessionId;
  /** Oldest first. */
  #marks: Map<MessageId, string>;
  /** Another program wrote between the last look and the reading of the transcript: what that saw is not known. */
  #isUncertain: boolean;

  constructor(handle: ReadHandle, sessionId: SessionId, { isUncertain }: { readonly isUncertain: boolean }) {
    this.#sessionId = sessionId;
    this.#isUncertain = isUncertain;
    this.#marks = new Map(listMessageMarks(handle, sessionId, tailLength).map(({ id, mark }) => [id, mark]));
  }

  /** What ours committed is no news. */
  acceptOwn(handle: ReadHandle, event: SessionEvent): void {
    if (event.type === "message-deleted") this.#marks.delete(event.messageId);
    if (event.type !== "message-created" && event.type !== "message-updated") return;
    const mark = messageMarkOf(handle, event.message.id);
    if (mark !== null) this.#marks.set(event.message.id, mark);
  }

  /** `isOwnTurn`: ours writes into its rows at the moment, and tells of it itself; new rows are told of all the same. */
  look(handle: ReadHandle, { isOwnTurn }: { readonly isOwnTurn: boolean }): readonly SessionEvent[] {
    const before = this.#marks;
    const tail = this.#readTail(handle);
    this.#marks = new Map(tail.map(({ id, mark }) => [id, mark]));
    const lastKnown = tail.findLastIndex(({ id }) => before.has(id));
    const isUncertain = this.#isUncertain;
    this.#isUncertain = false;
    const events = tail.flatMap(({ id, mark }, index) => {
      const old = before.get(id);
      const isNew = old === undefined && index > lastKnown;
      const isChanged = old === undefined ? isNew : old !== mark && !isOwnTurn;
      return isChanged || isUncertain ? this.#told(handle, id, isNew ? "message-created" : "message-updated") : [];
    });
    const gone = [...before.keys()].filter((id) => !this.#marks.has(id) && messageMarkOf(handle, id) === null);
    return [
      ...gone.map((messageId): SessionEvent => ({ type: "message-deleted", sessionId: this.#sessionId, messageId })),
      ...events,
    ];
  }

  /** As far back as something known stands, or a tail's length. */
  #readTail(handle: ReadHandle): readonly MessageMark[] {
    for (let limit = tailLength; ; limit *= 8) {
      const tail = listMessageMarks(handle, this.#sessionId, limit);
      const isJoined = this.#marks.size === 0 || tail.some(({ id }) => this.#marks.has(id));
      if (isJoined || tail.length < limit) return tail;
    }
  }

  #told(handle: ReadHandle, id: MessageId, type: "message-created" | "message-updated"): readonly SessionEvent[] {
    const message = getMessage(handle, id);
    return message === null ? [] : [{ type, sessionId: this.#sessionId, message }];
  }
}
