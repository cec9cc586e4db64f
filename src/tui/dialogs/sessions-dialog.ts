import type { SessionSummary } from "../../app/app.ts";
import type { DatabaseCopy } from "../../app/backups.ts";
import type { SearchHit } from "../../app/search.ts";
import type { MessageId, SessionId } from "../../schema/ids.ts";
import type { TextField } from "../text-field.ts";

/** Shorter queries find too much to be of use. */
export const searchLengthMin = 2;

/** A line of the list that can be chosen. */
export type PickerRow =
  | { readonly kind: "session"; readonly item: SessionSummary }
  /** A session below another one. */
  | { readonly kind: "child"; readonly item: SessionSummary; readonly depth: number }
  /** What was said in a session, found by the index. */
  | { readonly kind: "hit"; readonly hit: SearchHit };

/** What the index found for a query. */
export interface PickerHits {
  readonly query: string;
  readonly hits: readonly SearchHit[];
  readonly isIndexed: boolean;
  /** False: there are more. */
  readonly isComplete: boolean;
  readonly words: readonly string[];
}

export interface PreviewLine {
  readonly role: string;
  /** Safe, of several lines. */
  readonly text: string;
  /** The message begins before it. */
  readonly isCut: boolean;
  /** Of the message that was found: where in `text` the match begins, and the words to set off, in lower case. */
  readonly match: { readonly place: number; readonly words: readonly string[] } | null;
}

export type PickerMode =
  | { readonly kind: "browse" }
  /** `title` is what it was when the renaming began. */
  | { readonly kind: "rename"; readonly sessionId: SessionId; readonly title: string; readonly field: TextField }
  | { readonly kind: "tag"; readonly ids: readonly SessionId[]; readonly field: TextField }
  | {
      readonly kind: "delete";
      readonly ids: readonly SessionId[];
      /** Null: not read yet. */
      readonly going: GoingSessions | null;
      /** The backups that hold them go too. */
      readonly withBackups: boolean;
    };

/** What goes with the sessions that are deleted, together. */
export interface GoingSessions {
  readonly messages: number;
  /** Sessions below them. */
  readonly children: number;
  readonly files: number;
  /** That wait in their queues. */
  readonly prompts: number;
  /** Sessions with something that was typed or attached for the next prompt. */
  readonly drafts: number;
  readonly sizeBytes: number;
  /** Backups that hold something of them. */
  readonly copies: readonly DatabaseCopy[];
}

/** What ctrl+z takes back. */
export interface PickerUndo {
  readonly text: string;
  readonly steps: readonly SortingStep[];
}

/** One thing that is done to some sessions. */
export interface SortingStep {
  readonly ids: readonly SessionId[];
  readonly action: SessionSorting;
}

export type SessionSorting =
  | { readonly verb: "pin" | "unpin" | "archive" | "unarchive" }
  | { readonly verb: "tag" | "untag"; readonly tags: readonly string[] };

export interface SessionsDialog {
  readonly kind: "sessions";
  /** When the items were read, in milliseconds since 1970: what `today` in the filter means. */
  readonly readAtMs: number;
  /** Archived ones among them. */
  readonly items: readonly SessionSummary[];
  /** More are being read: these are the newest. */
  readonly isPartial: boolean;
  /** Of the project's database; 0: not looked at yet. */
  readonly databaseBytes: number;
  readonly filter: TextField;
  readonly selected: number;
  readonly marked: ReadonlySet<SessionId>;
  /** Sessions whose children are shown, with them. */
  readonly unfolded: ReadonlyMap<SessionId, readonly { readonly item: SessionSummary; readonly depth: number }[]>;
  readonly hits: PickerHits | null;
  /** The sessions that a query's searchedPart means; kept while other words of the query change. */
  readonly searched: { readonly query: string; readonly sessions: ReadonlySet<SessionId> } | null;
  readonly preview: { readonly messageId: MessageId; readonly lines: readonly PreviewLine[] } | null;
  readonly undo: PickerUndo | null;
  /** A blank is typed, not a mark set: the person is writing. */
  readonly isTyping: boolean;
  /** The cursor was put where it is with the mouse. */
  readonly isClicked: boolean;
  /** The row under the cursor has gone, and no frame has shown yet which one is there now. */
  readonly isShifted: boolean;
  /** It will be read again in a moment. */
  readonly isStale: boolean;
  readonly mode: PickerMode;
}
