import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { UnseenEnd } from "../store/unseen-ends.ts";
import type { ShownSession } from "../store/views.ts";

/** How sessions are looked at in a window. Nothing of it changes `sessions`; all of it goes with its session. */
export interface SessionViews {
  /** As it was saved last, by whichever window; null: never looked at. */
  read(sessionId: SessionId): string | null;
  /**
   * A session that has no row yet does not get one for this. `numbered` are those with number keys, place n − 1 for the key
   * n; null: they stay as they are stored.
   */
  save(sessionId: SessionId, view: string, numbered: readonly (SessionId | null)[] | null): Promise<void>;
  /** What is attached to the draft. */
  attachments(sessionId: SessionId): readonly BinaryPart[];
  /** Replaces them. Those that are kept already are not written again: objects are compared, not their content. */
  saveAttachments(sessionId: SessionId, attachments: readonly BinaryPart[]): Promise<void>;
  /** The sessions that were shown last, the latest first. */
  recent(limit: number): readonly ShownSession[];
  /** Those with number keys, as stored by whichever window: place n − 1 for the key n. */
  numbered(): readonly (ShownSession | null)[];
  /** The sessions in which a turn ended at which nobody has looked since, in any window; the latest first. */
  unseenEnds(): readonly UnseenEnd[];
  /** "" where it is gone. Cheap, however long the session is. */
  title(sessionId: SessionId): string;
}
