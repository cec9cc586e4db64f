/** What the thread that searches and the one that draws say to each other. All of it can be copied between threads. */
import type { MessageId, SessionId } from "../../schema/ids.ts";
import type { FoundHit } from "./find-hits.ts";

export interface SearchThreadData {
  /** Of crush.db and of search.db. */
  readonly databasePath: string;
  readonly indexPath: string;
  /** An earlier thread has brought the index up to date. */
  readonly isCaughtUp: boolean;
  /** True: it is another project, of which only what is there is read. The thread takes nothing but `find` and `close` then. */
  readonly isGuest: boolean;
  /** How often the thread looks whether there was anything to do; after several times without, it says that it is at rest. */
  readonly quietMs: number;
}

export type SearchRequest =
  /** Looks for what other programs have written, and keeps the sums of lists up. */
  | { readonly kind: "catch-up" }
  | { readonly kind: "messages-changed"; readonly messageIds: readonly MessageId[] }
  | {
      readonly kind: "find";
      readonly id: number;
      readonly text: string;
      readonly limit: number;
      /** Nothing of this session is found. */
      readonly except?: SessionId;
      /** True: titles of top-level sessions are not looked at. */
      readonly knowsTitles?: boolean;
      /** True: everything is to be in the index first. */
      readonly isPatient: boolean;
      /** True: the first hits are sent before the answer. */
      readonly wantsFirst?: boolean;
      /** A 32-bit integer that is no more 0 once nobody waits for the answer. */
      readonly givenUp: SharedArrayBuffer;
    }
  | { readonly kind: "remove"; readonly id: number; readonly sessionIds: readonly SessionId[] }
  | { readonly kind: "close" };

export interface FoundHits {
  readonly hits: readonly FoundHit[];
  readonly isComplete: boolean;
  readonly isIndexed: boolean;
  readonly words: readonly string[];
  readonly problem: string | null;
}

export type SearchAnswer =
  | { readonly kind: "first"; readonly id: number; readonly result: FoundHits }
  /** Null: it was given up. */
  | { readonly kind: "found"; readonly id: number; readonly result: FoundHits | null }
  | { readonly kind: "removed"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  /** Everything is in the index, and the sums are right. */
  | { readonly kind: "caught-up" }
  /** Nothing was to be done for some seconds. `received`: requests that came so far. */
  | { readonly kind: "at-rest"; readonly received: number; readonly isCaughtUp: boolean }
  /** For the log: something of the background's work went wrong. */
  | { readonly kind: "trouble"; readonly reason: string };
