import type {
  ChildSession,
  LocalServer,
  ModelProblem,
  ResolvedModel,
  SessionDetails,
  SessionSummary,
} from "../app/app.ts";
import type { ProjectHits, SearchResult } from "../app/search.ts";
import type { SessionViews } from "../app/views.ts";
import type { ProjectSessions } from "../app/session-organiser.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { ProviderSettings } from "../schema/model.ts";
import type { Grant, PermissionRequest } from "../schema/permission.ts";
import type { QueuedPrompt } from "../schema/queued-prompt.ts";
import type { SessionEvent } from "../schema/session-event.ts";
import type { FoundMessage } from "./found-message.ts";
import type { KeyPress } from "../term/key-press.ts";
import type { Selection } from "../term/selection.ts";
import type { Hit } from "../term/regions.ts";
import type { MouseEvent, Size } from "../term/terminal-event.ts";
import type { GoingSessions, PreviewLine, SessionSorting, SortingStep } from "./dialogs/sessions-dialog.ts";
import type { ProjectTarget } from "./project-target.ts";
import type { ScreenTarget } from "./screen-target.ts";
import type { FilePlace } from "./transcript/named-files.ts";
import type { StoredView } from "./session-view.ts";
import type { Activity, EditorFacts, Notice } from "./state.ts";

/** Everything that can happen to the screen's state. */
export type UiMessage =
  | { readonly type: "key"; readonly key: KeyPress }
  | { readonly type: "paste"; readonly text: string }
  | { readonly type: "mouse"; readonly mouse: MouseEvent; readonly hit: Hit<ScreenTarget> | null }
  | { readonly type: "resize"; readonly size: Size }
  | { readonly type: "background"; readonly appearance: "dark" | "light" }
  | { readonly type: "focus"; readonly isFocused: boolean }
  | { readonly type: "timer"; readonly timer: TimerName }
  | { readonly type: "command"; readonly command: string; readonly argument: string }
  | { readonly type: "session-event"; readonly event: SessionEvent }
  /** The session that is to be shown from now on; also its new facts when it is shown already. */
  | {
      readonly type: "session-read";
      readonly details: SessionDetails;
      readonly model: ResolvedModel | ModelProblem;
      readonly activity: Activity;
      readonly commandElsewhere: string | null;
      readonly permissions: readonly PermissionRequest[];
      readonly queue: readonly QueuedPrompt[];
      readonly isOpening: boolean;
    }
  /** What is kept of a session that is shown for the first time in this window; right before it is. */
  | {
      readonly type: "view-restored";
      readonly sessionId: SessionId;
      readonly attachments: readonly BinaryPart[];
      /** Null: none was stored. */
      readonly view: StoredView | null;
    }
  /** The sessions that were shown in earlier runs of the program, the latest first, and what those left unanswered. */
  | {
      readonly type: "recents-read";
      readonly sessions: ReturnType<SessionViews["recent"]>;
      /** Place n − 1 belongs to alt+n; null: nobody's. */
      readonly numbered: ReturnType<SessionViews["numbered"]>;
      readonly questions: readonly PermissionRequest[];
      readonly unseenEnds: ReturnType<SessionViews["unseenEnds"]>;
      /** Where prompts wait for a person to say that they run. */
      readonly paused: readonly SessionId[];
    }
  /** It has no row: nothing was said or typed there. */
  | { readonly type: "session-left"; readonly sessionId: SessionId }
  | {
      readonly type: "session-titled";
      readonly sessionId: SessionId;
      readonly title: string;
      /** A question waits that a program which ended has left. */
      readonly isAsking: boolean;
    }
  | {
      readonly type: "sessions-read";
      readonly items: readonly SessionSummary[];
      /** The newest only; the others follow. */
      readonly isPartial: boolean;
      readonly databaseBytes: number;
    }
  | {
      readonly type: "sessions-sorted";
      /** Those that changed. */
      readonly ids: readonly SessionId[];
      readonly verb: SessionSorting["verb"];
      /** What takes it back. */
      readonly undo: readonly SortingStep[];
      readonly isUndo: boolean;
    }
  | { readonly type: "projects-read"; readonly projects: readonly ProjectSessions[] }
  /** The other project is there, as far as that shows without opening it. */
  | { readonly type: "project-found"; readonly target: ProjectTarget }
  /** It can't be opened: one stays where one is. */
  | { readonly type: "project-refused"; readonly target: ProjectTarget; readonly text: string; readonly hint: string }
  /** Its database is held by another program. */
  | { readonly type: "project-locked"; readonly target: ProjectTarget; readonly holder: string }
  /** What was said in another project. */
  | { readonly type: "project-searched"; readonly query: string; readonly hits: ProjectHits }
  | { readonly type: "search-read"; readonly query: string; readonly result: SearchResult }
  /** Everything is in the index. */
  | { readonly type: "search-indexed" }
  | { readonly type: "sessions-searched"; readonly query: string; readonly sessions: ReadonlySet<SessionId> }
  | { readonly type: "preview-read"; readonly messageId: MessageId; readonly lines: readonly PreviewLine[] }
  | { readonly type: "children-read"; readonly sessionId: SessionId; readonly children: readonly ChildSession[] }
  | {
      readonly type: "providers-read";
      readonly providers: readonly ProviderSettings[];
      readonly purpose: "models" | "onboarding";
    }
  | { readonly type: "grants-read"; readonly grants: readonly Grant[] }
  | { readonly type: "going-read"; readonly ids: readonly SessionId[]; readonly going: GoingSessions }
  | { readonly type: "editor-changed"; readonly editor: EditorFacts }
  | { readonly type: "paths-completed"; readonly query: string; readonly paths: readonly string[] }
  | { readonly type: "servers-found"; readonly servers: readonly LocalServer[] }
  | { readonly type: "attachment-ready"; readonly sessionId: SessionId; readonly attachment: BinaryPart }
  /** A prompt that was sent or queued comes back to be written on: it was refused, or the person wants to change it. */
  | {
      readonly type: "prompt-returned";
      /** Why, where sending it once more means something else; null: it does not. */
      readonly warning: "session-unfinished" | null;
      readonly sessionId: SessionId;
      readonly text: string;
      readonly attachments: readonly BinaryPart[];
    }
  | { readonly type: "queue-read"; readonly sessionId: SessionId; readonly queue: readonly QueuedPrompt[] }
  /** A turn, a shell command or a compaction that was started here is over. */
  | { readonly type: "turn-settled"; readonly sessionId: SessionId }
  | { readonly type: "key-saved"; readonly providerId: string }
  | { readonly type: "key-refused" }
  | { readonly type: "default-model-saved" }
  /** The last frame found how far the top dialog can scroll, and which item of its list is the first on the screen. */
  | { readonly type: "shown-scroll"; readonly dialogScrollMax: number; readonly listFirst: number | null }
  /** The session of a found message is shown. */
  | { readonly type: "message-found"; readonly at: FoundMessage }
  /** A message was looked for in the shown transcript, to be put into focus. */
  | { readonly type: "message-shown"; readonly isThere: boolean }
  | { readonly type: "files-named"; readonly files: readonly FilePlace[] }
  | { readonly type: "selection-expanded"; readonly selection: Selection }
  | { readonly type: "fork-progress"; readonly part: number | null }
  | { readonly type: "notify"; readonly tone: Notice["tone"]; readonly text: string; readonly hint?: string };

export type TimerName = "list" | "projects" | "spinner" | "notice" | "grace" | "cancel-armed" | "complete";
