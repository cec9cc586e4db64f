import type { MessageId } from "../schema/ids.ts";

/** A message that the index found. */
export interface FoundMessage {
  readonly messageId: MessageId;
  /** What it was found by, to be set off in it. */
  readonly words: readonly string[];
}
