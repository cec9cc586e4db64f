import type { App } from "../../app/app.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { Editor } from "../../term/editor.ts";
import type { Frame } from "../../term/span-line.ts";
import type { Effect } from "../effect.ts";
import type { OpenedProject, OpenProject } from "../project-target.ts";
import type { UiState } from "../state.ts";
import type { TranscriptPane } from "../transcript-pane.ts";
import type { TimerName, UiMessage } from "../ui-message.ts";

/** The parts of the terminal that effects need; `Terminal` of the kit is one. */
export interface ScreenControl {
  copyToClipboard(text: string): void;
  ringBell(): void;
  showNotification(text: string): void;
  suspend(): void;
  repaint(): void;
  lend<T>(run: () => Promise<T>): Promise<T>;
}

/** A `!command` that has not ended. */
export interface RunningShell {
  readonly abort: AbortController;
  /** Resolves when it is over and kept; never rejects. */
  readonly done: Promise<void>;
}

/** What effects work with. */
export interface PerformContext {
  readonly app: App;
  readonly screen: ScreenControl;
  /** As it is now. */
  state(): UiState;
  dispatch(message: UiMessage): void;
  /** The prompt editor of the shown session. */
  editor(): Editor;
  /** That of any session; made anew where it is not held any more. */
  editorOf(sessionId: SessionId): Editor;
  /** Reads the shown session's earlier prompts into its editor, once. */
  readHistory(): void;
  remember(prompt: string): void;
  /** The transcript of the shown session; null before one is open. */
  pane(): TranscriptPane | null;
  /** Shows a session: its facts, its transcript, its draft. */
  show(sessionId: SessionId): void;
  /** Makes a session and shows it; what is typed meanwhile waits for it. */
  making<T>(make: () => Promise<T>): Promise<T>;
  /** The editor's text is on disk as the session's draft when this resolves. */
  saveDraft(sessionId: SessionId): Promise<void>;
  /** Forgets what is kept of a session between frames. */
  forget(sessionId: SessionId): void;
  /** Runs something long that belongs to a session; `turn-settled` follows. */
  runTurn(sessionId: SessionId, task: () => Promise<unknown>): void;
  /** Before the next frame the shown session's facts are read again. */
  markSessionStale(): void;
  startTimer(timer: TimerName, timing: { readonly delayMs: number; readonly isWork: boolean }): void;
  /** A frame is drawn soon: something outside the state looks different. */
  refresh(): void;
  readonly shells: Map<SessionId, RunningShell>;
  /** The last frame; null before the first one. */
  frame(): Frame | null;
  quit(): void;
  readonly openProject: OpenProject;
  /** What was typed for the project that is being opened goes nowhere. */
  dropTyped(): void;
  /** Leaves for the project; false: the program is being left already. */
  leaveFor(opened: OpenedProject): boolean;
}

export type EffectHandlers<K extends Effect["type"]> = {
  readonly [T in K]: (effect: Extract<Effect, { type: T }>, context: PerformContext) => void | Promise<void>;
};
