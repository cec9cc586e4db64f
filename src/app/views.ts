import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { ShownSession } from "../store/views.ts";

/** How sessions are looked at in a window. Nothing of it changes `sessions`; all of it goes with its session. */
export interface SessionViews {
  /** As it was saved last, by whichever window; null: never looked at. */
  read(sessionId: SessionId): string | null;
  /** A session that has no row yet does not get one for this. */
  save(sessionId: SessionId, view: string): Promise<void>;
  /** What is attached to the draft. */
  attachments(sessionId: SessionId): readonly BinaryPart[];
  /** Replaces them. Those that are kept already are not written again: objects are compared, not their content. */
  saveAttachments(sessionId: SessionId, attachments: readonly BinaryPart[]): Promise<void>;
  /** The sessions that were shown last, the latest first. */
  recent(limit: number): readonly ShownSession[];
  /** "" where it is gone. Cheap, however long the session is. */
  title(sessionId: SessionId): string;
}
