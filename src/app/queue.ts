import type { SessionId } from "../schema/ids.ts";
import type { QueuedKind, QueuedPrompt } from "../schema/queued-prompt.ts";
import type { PromptInput, TurnOutcome } from "./prompt.ts";

/**
 * The prompts of a session that wait, kept on disk. In windows they run by themselves, in their order, each after the turn
 * before it; `queue-changed` tells of each change, wherever it was made. Methods reject with AppError.
 * See docs/decisions/0010-prompts-wait-in-rows.md.
 */
export interface SessionQueue {
  /** In their order. */
  list(sessionId: SessionId): readonly QueuedPrompt[];
  /** The sessions, archived ones aside, in which prompts wait that nobody is to run until a person says so. */
  paused(): readonly SessionId[];
  /** How many wait in all sessions for this process to run them. */
  ownCount(): number;
  /** Puts a prompt into the queue and forgets the draft, in one transaction. It runs at once where nothing hinders it. */
  add(sessionId: SessionId, prompt: PromptInput, kind: QueuedKind): Promise<void>;
  /** False: it has run or was removed meanwhile. So it is of the methods below. */
  edit(id: string, text: string): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  setKind(id: string, kind: QueuedKind): Promise<boolean>;
  /** To this place, counted from 0. */
  move(id: string, place: number): Promise<boolean>;
  /** Before all others: into the running turn, or as a turn of its own where none runs. */
  runNow(id: string): Promise<boolean>;
  /** What is paused goes on. */
  resume(sessionId: SessionId): Promise<void>;
  /**
   * Takes the session from another process of ours that has it, lives and does not answer (`owner-silent`): its turn is
   * settled as interrupted, and what it writes from then on is refused. Rejects with session-busy where it answers.
   */
  takeOver(sessionId: SessionId): Promise<void>;
  /**
   * For programs without a screen: runs the prompt as a turn of its own once the session is free, and resolves with how
   * that turn ended. Rejects with turn-canceled where the signal aborts, or the prompt is removed, before it has begun.
   */
  send(sessionId: SessionId, prompt: PromptInput, options: SendOptions): Promise<TurnOutcome>;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /** False: rejects with session-busy instead of waiting. */
  readonly mayWait: boolean;
  /** True: an owner that does not answer loses the session. */
  readonly mayTakeOver: boolean;
  /** Called when the owner does not answer, and is waited for all the same. */
  readonly onSilent: (who: string) => void;
  /** Called once when the prompt has to wait; `who` has the session. */
  readonly onWait: (who: string) => void;
  /** Called before a prompt that had to wait begins; again where another process was faster. */
  readonly onBegin: () => void;
}
