import type { ModelProblem, ResolvedModel, SessionDetails, SessionMetrics } from "../app/app.ts";
import type { UntrustedSetting } from "../config/config.ts";
import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { ProviderSettings } from "../schema/model.ts";
import type { ThemeChoice } from "../schema/theme-choice.ts";
import type { QueuedPrompt } from "../schema/queued-prompt.ts";
import type { Selection } from "../term/selection.ts";
import type { Size } from "../term/terminal-event.ts";
import type { KeyTable } from "./commands/bound-keys.ts";
import type { ProjectTarget } from "./project-target.ts";
import type { TextField } from "./text-field.ts";
import type { Dialog, KeptQuestionLook } from "./dialogs/dialog.ts";
import type { RecentSessions } from "./recent-sessions.ts";

/** What the shown session does at the moment. */
export type Activity =
  | { readonly kind: "idle" }
  | {
      readonly kind: "turn";
      readonly startedAtMs: number;
      readonly phase:
        | "queued"
        | "waiting"
        | "thinking"
        | "writing"
        | "tool"
        | "permission"
        | "tools-elsewhere"
        | "asks-elsewhere";
      /** Name of the tool that runs or is asked about; "" in the other phases. */
      readonly tool: string;
      readonly retry: { readonly attempt: number; readonly dueAtMs: number; readonly reason: string } | null;
      /** The turn does not run: its program ended while it waited for the person's answer, which takes it up. */
      readonly isLeft?: boolean;
      /** Why something of what is shown is not on the disk. */
      readonly unstored?: string | null;
    }
  | { readonly kind: "shell"; readonly startedAtMs: number; readonly command: string };

/** The session on the screen, as last read from the app. */
export interface OpenSession {
  readonly id: SessionId;
  readonly details: SessionDetails;
  readonly model: ResolvedModel | ModelProblem;
}

/** What a session keeps for itself while another one is shown. */
export interface Desk {
  readonly activity: Activity;
  /** A `!command` that runs in the session, in another window; null: none is known. */
  readonly commandElsewhere: string | null;
  readonly attachments: readonly BinaryPart[];
  /** As last read: it is kept on disk, and other windows change it too. */
  readonly queue: readonly QueuedPrompt[];
  /** Commands that run in its background, in this window. */
  readonly jobs: readonly string[];
  /** How its last turn ended, until it is shown. */
  readonly unseen: "finished" | "failed" | null;
  /** The person has been told that another program's last step is unfinished: the next enter goes on all the same. */
  readonly isWarned: boolean;
  /** The other process that has the session and does not answer; null: none known. */
  readonly silentOwner: string | null;
  /** For the list of sessions at work; "" until known. */
  readonly title: string;
  /** Dialogs that were open when another session was shown: they come back with it. */
  readonly dialogs: readonly Dialog[];
  /** How questions were looked at in an earlier run of the program, for those that are asked again. */
  readonly questions: readonly KeptQuestionLook[];
}

const emptyDesk: Desk = {
  activity: { kind: "idle" },
  commandElsewhere: null,
  attachments: [],
  queue: [],
  jobs: [],
  unseen: null,
  isWarned: false,
  silentOwner: null,
  title: "",
  dialogs: [],
  questions: [],
};

export interface Notice {
  readonly id: number;
  readonly tone: "info" | "success" | "warning" | "error";
  readonly text: string;
  readonly hint: string;
  /** A newer notice of the same topic takes its place; null: it has none. */
  readonly topic: "sorting" | null;
}

/** What the update needs to know of the prompt editor, which the terminal kit holds. */
export interface EditorFacts {
  readonly text: string;
  /** The characters between the last blank and the cursor. */
  readonly token: string;
}

export const emptyEditor: EditorFacts = { text: "", token: "" };

/** The list of paths under the editor while `@…` is typed. */
export interface Completion {
  readonly query: string;
  readonly items: readonly string[];
  readonly selected: number;
}

export interface Search {
  readonly field: TextField;
  /** False: the keys are the transcript's again. */
  readonly isTyping: boolean;
}

export interface Entering {
  readonly target: ProjectTarget;
  /** The program that holds its database alone, and is waited for; null: none is known. */
  readonly holder: string | null;
}

/** Facts that stay the same while the program runs. */
export interface Setting {
  readonly workingDirectory: string;
  readonly projectRoot: string;
  readonly homeDirectory: string;
  readonly editor: string | null;
  /** The name that the program was called by. */
  readonly calledAs: string;
  readonly isTrusted: boolean;
  readonly untrusted: readonly UntrustedSetting[];
  readonly hasDefaultModel: boolean;
  /** False: NO_COLOR is set, or the terminal has none. */
  readonly hasColors: boolean;
}

/** All that the screen shows, as plain data; the transcript's scroll state and the editor's text are the kit's. */
export interface UiState {
  readonly setting: Setting;
  readonly keys: KeyTable;
  readonly size: Size;
  readonly nowMs: number;
  readonly focus: "editor" | "transcript";
  readonly session: OpenSession | null;
  readonly desks: Readonly<Record<string, Desk>>;
  readonly recent: RecentSessions;
  /** The last one is on top and gets the keys. */
  readonly dialogs: readonly Dialog[];
  /** How far the top dialog can scroll, as the last frame found. */
  readonly dialogScrollMax: number;
  /** The first item of its list that the last frame showed; null: none yet. */
  readonly listFirst: number | null;
  readonly notices: readonly Notice[];
  /** The part of a session that is copied, in [0, 1]; null: none is being forked, or it goes too fast to tell. */
  readonly forkedPart: number | null;
  readonly editor: EditorFacts;
  readonly completion: Completion | null;
  /** As last read for the model picker. */
  readonly providers: readonly ProviderSettings[];
  /** A search in the shown transcript. */
  readonly search: Search | null;
  /** Text being chosen with the mouse. */
  readonly selection: Selection | null;
  /** False while the person looks at another window; true where the terminal does not tell. */
  readonly hasTerminalFocus: boolean;
  /** The program ends by itself as soon as no session is at work any more, or no background job either; null: it stays. */
  readonly leavesAfter: "sessions" | "jobs" | null;
  /** The project that it then goes to instead of ending; null: it ends. */
  readonly destination: ProjectTarget | null;
  /** The project that is being opened, and then shown instead of this one. */
  readonly entering: Entering | null;
  readonly isYolo: boolean;
  readonly isCompact: boolean;
  readonly theme: ThemeChoice;
  /** Of the terminal's background, as far as it told. */
  readonly appearance: "dark" | "light";
  readonly diffMode: "unified" | "split" | null;
  /** Until when a second esc cancels what runs; 0: not armed. */
  readonly cancelArmedUntilMs: number;
  /** Numbers of notices and pastes. */
  readonly nextNumber: number;
  readonly nextPaste: number;
}

/** Ids come from the database: one may be called as a property that every object has. */
export function knownDesk({ desks }: Pick<UiState, "desks">, sessionId: SessionId): Desk | undefined {
  return Object.hasOwn(desks, sessionId) ? desks[sessionId] : undefined;
}

export function deskOf(state: Pick<UiState, "desks">, sessionId: SessionId | undefined): Desk {
  return (sessionId === undefined ? undefined : knownDesk(state, sessionId)) ?? emptyDesk;
}

/** The desk of the shown session. */
export function shownDesk(state: UiState): Desk {
  return deskOf(state, state.session?.id);
}

/** A prompt of the queue waits for the person: after a cancel, a failure or a crash. */
export function isQueuePaused(desk: Pick<Desk, "queue">): boolean {
  return desk.queue.some(({ state }) => state === "paused");
}

export function isBusy(desk: Desk): boolean {
  return desk.activity.kind !== "idle" && !isLeft(desk.activity);
}

/** Its request waits until others of the provider have ended. */
export function isQueued(activity: Activity): boolean {
  return activity.kind === "turn" && activity.phase === "queued" && activity.retry === null;
}

/** Nothing runs; a question waits that an earlier run of the program left. */
export function isLeft(activity: Activity): boolean {
  return activity.kind === "turn" && activity.isLeft === true;
}

/** Something goes on without the person; a question waits for one. */
export function isAnyMoving({ desks }: UiState): boolean {
  return Object.values(desks).some(
    ({ activity }) => activity.kind === "shell" || (activity.kind === "turn" && activity.phase !== "permission"),
  );
}

/** A turn or a command of the person's runs, or a waiting prompt will run by itself. */
export function isAnyAtWork({ desks }: UiState): boolean {
  return Object.values(desks).some((desk) => isBusy(desk) || desk.queue.some((prompt) => prompt.state === "waiting"));
}

/** Something of any session runs in the background. */
export function hasJobs({ desks }: UiState): boolean {
  return Object.values(desks).some(({ jobs }) => jobs.length > 0);
}

export function topDialog(state: UiState): Dialog | undefined {
  return state.dialogs.at(-1);
}

/** The gauge in percent of the model's window; null where the window is unknown. */
export function contextPercent(metrics: SessionMetrics): number | null {
  if (metrics.contextWindow <= 0) return null;
  return Math.round((metrics.contextTokens / metrics.contextWindow) * 100);
}
