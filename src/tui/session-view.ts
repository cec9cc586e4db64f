import * as v from "valibot";
import { parseJson } from "../lib/json.ts";
import type { LongLines } from "../term/long-lines.ts";
import type { ScrollPosition } from "../term/scroll-window.ts";
import type { Dialog, KeptQuestionLook, PermissionDialog } from "./dialogs/dialog.ts";

/** What is kept of how a session is looked at, besides its draft's text: survives the program. */
export interface SessionView {
  /** Of the prompt editor, an index into its text; null: at the end. */
  readonly cursor: number | null;
  readonly scroll: ScrollPosition;
  /** Keys of the items that are shown whole. */
  readonly expanded: readonly string[];
  readonly longLines: LongLines;
  /** The key of the item that was last in focus. That the transcript had the focus is not kept: typing goes into the editor. */
  readonly focused: string | null;
  /** Those of the session that were open. */
  readonly dialogs: readonly Dialog[];
}

/** Questions are kept by the app: the view has only how they were looked at. */
export interface StoredView extends SessionView {
  readonly questions: readonly KeptQuestionLook[];
}

const field = v.object({ text: v.string(), cursor: v.number() });
const dialog = v.variant("kind", [
  v.object({ kind: v.literal("details"), scroll: v.number() }),
  v.object({ kind: v.literal("todos"), selected: v.number() }),
  v.object({ kind: v.literal("rename"), field }),
  v.object({ kind: v.literal("attach"), field }),
  v.object({ kind: v.literal("attachments"), selected: v.number() }),
]);
const question = v.object({
  requestId: v.string(),
  scroll: v.number(),
  selected: v.number(),
  isFullScreen: v.boolean(),
  reply: v.nullable(field),
});
const view = v.object({
  cursor: v.nullable(v.number()),
  scroll: v.object({ key: v.nullable(v.string()), rowInItem: v.number(), isFollowing: v.boolean() }),
  expanded: v.array(v.string()),
  // Views that are older than the choice have none.
  longLines: v.optional(v.picklist(["wrap", "cut"]), "wrap"),
  focused: v.optional(v.nullable(v.string()), null),
  dialogs: v.array(dialog),
  questions: v.optional(v.array(question), []),
});

export function encodeView({ cursor, scroll, expanded, longLines, focused, dialogs }: SessionView): string {
  const questions = dialogs.flatMap((open) => (open.kind === "permission" ? [lookOf(open)] : []));
  const others = dialogs.filter((open) => v.is(dialog, open));
  return JSON.stringify({ cursor, scroll, expanded, longLines, focused, dialogs: others, questions });
}

function lookOf({ request, scroll, selected, isFullScreen, reply }: PermissionDialog): KeptQuestionLook {
  return { requestId: request.id, scroll, selected, isFullScreen, reply };
}

/** Null where there is none, or none that this version understands: then the session opens at its end. */
export function decodeView(text: string | null): StoredView | null {
  if (text === null) return null;
  const parsed = v.safeParse(view, parseJson(text));
  return parsed.success ? parsed.output : null;
}
