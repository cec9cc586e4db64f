import type { LocalServer } from "../app/app.ts";
import type { SearchHit } from "../app/search.ts";
import type { ForkTarget } from "../app/session-organiser.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { ModelChoice } from "../schema/model.ts";
import type { PermissionAnswer } from "../schema/permission.ts";
import type { ThemeChoice } from "../schema/theme-choice.ts";
import type { QueuedKind, QueuedPrompt } from "../schema/queued-prompt.ts";
import type { KeyPress } from "../term/key-press.ts";
import type { FoundMessage } from "./found-message.ts";
import type { FilePlace } from "./transcript/named-files.ts";
import type { SortingStep } from "./dialogs/sessions-dialog.ts";
import type { MayStop, ProjectTarget } from "./project-target.ts";
import type { TimerName } from "./ui-message.ts";

export type TranscriptOperation =
  | "line-down"
  | "line-up"
  | "message-down"
  | "message-up"
  | "page-down"
  | "page-up"
  | "half-down"
  | "half-up"
  | "top"
  | "bottom"
  | "wheel-down"
  | "wheel-up"
  | "prompt-down"
  | "prompt-up"
  | "search-older"
  | "search-newer"
  | "expand"
  | "long-lines"
  | "copy"
  | "copy-block"
  | "open-file";

export type EditorOperation =
  | { readonly kind: "key"; readonly key: KeyPress }
  | { readonly kind: "set"; readonly text: string }
  | { readonly kind: "insert"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "replace-token"; readonly text: string }
  /** A prompt was sent: for the history. */
  | { readonly kind: "remember"; readonly text: string }
  | { readonly kind: "click"; readonly row: number; readonly column: number };

/** What an update wants done. The program's loop performs it and answers with messages. */
export type Effect =
  /** `at`: a message is put into focus once the session is shown. */
  | { readonly type: "open-session"; readonly sessionId: SessionId; readonly at?: FoundMessage }
  /** The same in the session that is shown. */
  | { readonly type: "show-message"; readonly at: FoundMessage }
  /** Reads the shown session's facts again, once before the next frame. */
  | { readonly type: "read-session" }
  | { readonly type: "read-title"; readonly sessionId: SessionId }
  | { readonly type: "new-session"; readonly prompt: string }
  | {
      readonly type: "send-prompt";
      readonly sessionId: SessionId;
      readonly goesOnAnyway: boolean;
      readonly text: string;
      readonly attachments: readonly BinaryPart[];
      /** It comes from the editor, not from the queue. */
      readonly isDraft: boolean;
    }
  | {
      readonly type: "queue-prompt";
      readonly sessionId: SessionId;
      readonly text: string;
      readonly attachments: readonly BinaryPart[];
      readonly kind: QueuedKind;
    }
  | { readonly type: "read-queue"; readonly sessionId: SessionId }
  | { readonly type: "resume-queue"; readonly sessionId: SessionId }
  /** A waiting prompt: out of the queue, before all others, to another place (from 0), or of another kind. */
  | { readonly type: "remove-queued"; readonly id: string }
  | { readonly type: "run-queued"; readonly id: string }
  | { readonly type: "move-queued"; readonly id: string; readonly sessionId: SessionId; readonly place: number }
  | { readonly type: "turn-queued"; readonly id: string; readonly kind: QueuedKind }
  /** Back into the prompt editor, with its attachments. */
  | { readonly type: "edit-queued"; readonly prompt: QueuedPrompt }
  /** Puts a text before what is written in a session, shown or not. */
  | { readonly type: "write-before"; readonly sessionId: SessionId; readonly text: string }
  | { readonly type: "take-over"; readonly sessionId: SessionId }
  | { readonly type: "cancel-turn"; readonly sessionId: SessionId }
  | { readonly type: "run-shell"; readonly sessionId: SessionId; readonly command: string }
  | { readonly type: "cancel-shell"; readonly sessionId: SessionId }
  | { readonly type: "compact"; readonly sessionId: SessionId }
  | {
      readonly type: "rename-session";
      readonly sessionId: SessionId;
      readonly title: string;
      /** Refused where the title is another one by now. */
      readonly expected?: string;
    }
  | {
      readonly type: "sort-sessions";
      readonly steps: readonly SortingStep[];
      readonly isUndo: boolean;
    }
  | {
      readonly type: "fork-session";
      readonly sessionId: SessionId;
      readonly target: ForkTarget;
      /** The fork is shown. */
      readonly isOpened: boolean;
    }
  /** Forks the shown session at the message in focus, and shows the fork. */
  | { readonly type: "fork-at-focus" }
  /** Makes a session ready to be switched to. */
  | { readonly type: "prepare-session"; readonly sessionId: SessionId }
  | { readonly type: "read-projects" }
  /** Looks whether the other project can be opened, before anything is asked. */
  | { readonly type: "check-project"; readonly target: ProjectTarget }
  /** Opens it, and leaves this one for it. */
  | { readonly type: "open-project"; readonly target: ProjectTarget; readonly mayStop: MayStop }
  /** By what was said; a blank query ends the search that runs. */
  | { readonly type: "search-projects"; readonly query: string }
  | { readonly type: "read-children"; readonly sessionId: SessionId }
  | { readonly type: "search-sessions"; readonly query: string }
  | {
      readonly type: "read-preview";
      readonly hit: SearchHit;
      readonly messageId: MessageId;
      readonly words: readonly string[];
    }
  | { readonly type: "copy-text"; readonly text: string; readonly what: string }
  | {
      readonly type: "delete-sessions";
      readonly ids: readonly SessionId[];
      readonly next: SessionId | null;
      /** The backups that hold them too. */
      readonly withBackups: boolean;
    }
  /** Null: all of them. */
  | { readonly type: "read-sessions"; readonly limit: number | null }
  | { readonly type: "read-providers"; readonly purpose: "models" | "onboarding" }
  | { readonly type: "read-grants" }
  /** For the confirmation of a delete. */
  | { readonly type: "read-going"; readonly ids: readonly SessionId[] }
  | { readonly type: "answer-permission"; readonly requestId: string; readonly answer: PermissionAnswer }
  /** Answers a question that a program which ended has left. */
  | {
      readonly type: "resume-turn";
      readonly sessionId: SessionId;
      readonly requestId: string;
      readonly answer: PermissionAnswer;
    }
  | { readonly type: "revoke-grant"; readonly grantId: string }
  | { readonly type: "set-yolo"; readonly isOn: boolean }
  /** What follows `/budget`: nothing shows, an amount sets. */
  | { readonly type: "budget"; readonly sessionId: SessionId; readonly argument: string }
  | {
      readonly type: "choose-model";
      /** Null: only the default changes. */
      readonly sessionId: SessionId | null;
      readonly choice: ModelChoice;
      /** The default to change as well; null: none. */
      readonly defaultOf: "large" | "small" | null;
    }
  | { readonly type: "save-key"; readonly providerId: string; readonly key: string }
  | { readonly type: "detect-servers" }
  | {
      readonly type: "use-server";
      readonly server: LocalServer;
      readonly modelId: string;
      readonly sessionId: SessionId;
    }
  | { readonly type: "complete-path"; readonly query: string }
  | { readonly type: "trust-project" }
  | { readonly type: "save-theme"; readonly theme: ThemeChoice }
  /** `pastedText` is typed into the editor where the path is no file that can be attached. */
  | { readonly type: "attach-file"; readonly path: string; readonly pastedText: string | null }
  | { readonly type: "paste-clipboard-image" }
  | { readonly type: "open-external-editor" }
  /** Of the state's selection, by what is on the screen. */
  | { readonly type: "expand-selection"; readonly unit: "word" | "row" }
  /** What `selection` of the state marks on the screen. */
  | { readonly type: "copy-selection" }
  | { readonly type: "editor"; readonly operation: EditorOperation }
  | { readonly type: "transcript"; readonly operation: TranscriptOperation }
  | { readonly type: "search-transcript"; readonly query: string }
  | { readonly type: "end-search" }
  | { readonly type: "open-file"; readonly file: FilePlace }
  /** A cell of the transcript, counted from its upper left corner. */
  | { readonly type: "click-transcript"; readonly row: number; readonly column: number }
  /** Starts the timer again if it runs. `isWork`: the program is not idle before it fires. */
  | { readonly type: "start-timer"; readonly timer: TimerName; readonly delayMs: number; readonly isWork: boolean }
  | { readonly type: "run-command"; readonly command: string; readonly argument: string }
  /** For a person who looks at another window; as `options.notifications` says. */
  | { readonly type: "notify-outside"; readonly text: string }
  | { readonly type: "redraw" }
  | { readonly type: "suspend" }
  | { readonly type: "quit" };
