import type { ScreenChoices } from "./screen-choices.ts";
import type { BudgetUseCases } from "./budget-use-cases.ts";
import type { Config } from "../config/config.ts";
import type { PartlyKnownCost } from "../schema/cost.ts";
import type { MessageId, SessionId, ToolCallId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { ModelChoice, ModelInfo, ProviderSettings } from "../schema/model.ts";
import type { Grant, PermissionAnswer, PermissionRequest } from "../schema/permission.ts";
import type { ElsewhereWork, SessionEvent } from "../schema/session-event.ts";
import type { DetachedHead } from "./git-head.ts";
import type { BackupUseCases } from "./backups.ts";
import type { Session, SessionFacts } from "../schema/session.ts";
import type { Usage } from "../schema/usage.ts";
import type { DeletionUseCases } from "./deletion.ts";
import type { PromptInput, TurnOutcome } from "./prompt.ts";
import type { SessionQueue } from "./queue.ts";
import type { SessionSearch } from "./search.ts";
import type { MessageWindow, WindowPlace } from "../store/message-windows.ts";
import type { SessionViews } from "./views.ts";
import type { SessionFigures } from "./session-figures.ts";
import type { SessionOrganiser } from "./session-organiser.ts";

/** A line of the session list. */
export interface SessionSummary {
  readonly session: Session;
  /** 16 hex characters; shown as 7 in lists, 12 in details. */
  readonly hash: string;
  /** `elsewhere`: at work in another process. `unseen` and `failed`: a turn ended so, and nobody has looked since. */
  readonly state: "idle" | "running" | "waiting" | "failed" | "unseen" | "elsewhere";
  readonly model: string | null;
  readonly figures: SessionFigures;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  /** In the order of the alphabet. */
  readonly tags: readonly string[];
}

/** A session below another one. */
export interface ChildSession {
  readonly item: SessionSummary;
  /** 1: directly below it. */
  readonly depth: number;
}

export interface ListSessionsOptions {
  readonly limit?: number;
  /** What becomes of archived sessions; hidden unless told. */
  readonly archived?: "hidden" | "shown" | "only";
}

export interface ChangedFile {
  /** Absolute. */
  readonly path: string;
  readonly change: "created" | "modified" | "deleted";
  readonly additions: number;
  readonly removals: number;
}

/** A part of what a session consumed, and what that cost. */
export interface ConsumedShare extends PartlyKnownCost {
  readonly consumed: Usage;
}

/** Everything measured of a session; child sessions and titles are in `total` and shown apart. */
export interface SessionMetrics extends PartlyKnownCost {
  /** User and assistant rows. */
  readonly messageCount: number;
  readonly turnCount: number;
  /** False: no request has ended yet, or nothing was recorded of those that have; what a first one takes is not known before. */
  readonly isMeasured: boolean;
  /** A request has ended, be it one of which Crush recorded nothing. */
  readonly hasAnswer: boolean;
  /** From the ledger; from Crush's columns and marked as estimated where there are no ledger rows. */
  readonly consumed: Usage;
  readonly titles: ConsumedShare;
  readonly children: ConsumedShare;
  /** What the last request held, in tokens, and the model's window (0: unknown). */
  readonly contextTokens: number;
  readonly contextWindow: number;
  /** Time spent in the requests of the session itself, milliseconds; tools and pauses are not in it. Null: none was recorded. */
  readonly durationMs: number | null;
  readonly files: readonly ChangedFile[];
}

/** The project is on another git branch than the session was last. */
export interface BranchChange {
  readonly from: string;
  /** The branch was deleted meanwhile: there is no going back to it. */
  readonly isFromGone: boolean;
  /** A branch, or where HEAD is without one. */
  readonly to: string | DetachedHead;
}

export interface SessionDetails {
  readonly session: Session;
  readonly facts: SessionFacts | null;
  /** Null where the session goes on where it was, or one of the branches is not known. Its next prompt takes it along. */
  readonly branchChange: BranchChange | null;
  readonly hash: string;
  readonly metrics: SessionMetrics;
}

/** A window of a transcript, oldest first. `before` of the next older page is the cursor; null at the beginning. */
export interface TranscriptPage {
  readonly messages: readonly Message[];
  readonly olderCursor: number | null;
}

export interface ResolvedModel {
  readonly choice: ModelChoice;
  readonly provider: ProviderSettings;
  readonly info: ModelInfo;
}

/** Why a session can't run as it is, and what to do. */
export interface ModelProblem {
  readonly code: "model-missing" | "provider-unknown" | "model-unknown" | "key-missing";
  readonly message: string;
  readonly hint: string;
}

/** What the screen needs of a turn that runs, here or in another process of ours. */
export interface LiveTurn {
  readonly sessionId: SessionId;
  readonly startedAtMs: number;
  /** The message being streamed, newer than its row; null between steps. */
  readonly message: Message | null;
  /** What the calls that run have printed, the end of it; absent: nothing. */
  readonly outputs?: ReadonlyMap<ToolCallId, string>;
  readonly pendingPermissions: readonly PermissionRequest[];
  readonly retry: { readonly attempt: number; readonly dueAtMs: number; readonly reason: string } | null;
  /** Why something of it is not on the disk; absent or null: all is. */
  readonly unstored?: string | null;
  /** The turn does not run: its program ended while it waited for the person, whose answer takes it up. */
  readonly isLeft?: boolean;
  /** Of the other process, for people; absent: the turn runs here. */
  readonly ownerName?: string;
  /** What the other process does while it waits for no model. */
  readonly work?: ElsewhereWork | null;
  /** Its calls that wait for the person there; absent: none. */
  readonly asking?: readonly ToolCallId[];
}

/** A `!command` of the person's that runs, as far as it is. */
export interface LiveCommand {
  /** Of the row that it will be. */
  readonly id: MessageId;
  readonly command: string;
  /** The end of what it has printed. */
  readonly output: string;
  /** It runs in another process. */
  readonly isElsewhere: boolean;
}

/** How tool calls that would ask are answered where nobody is there to ask: `ask-config` denies what config doesn't allow. */
export type HeadlessPermission = "allow" | "deny" | "ask-config";

export interface DeleteOptions {
  /** Takes what the session consumed out of the totals by day and model as well. */
  readonly isForgotten?: boolean;
}

/** One row of `crush stats`. */
export interface UsageTotal extends ConsumedShare {
  readonly key: string;
  readonly label: string;
  readonly requests: number;
}

export interface LocalServer {
  readonly provider: ProviderSettings;
  readonly address: string;
}

/**
 * The use cases, bound to one project. The only thing that front ends call. Methods throw AppError for what a person
 * can act on; reads are synchronous (a local database), writes resolve after their commit.
 */
export interface App {
  readonly config: Config;
  /** What was found wrong when the project was opened, for the person. */
  readonly startWarnings: readonly string[];
  readonly backups: BackupUseCases;
  readonly search: SessionSearch;
  readonly deletion: DeletionUseCases;
  readonly organise: SessionOrganiser;
  readonly views: SessionViews;
  readonly queue: SessionQueue;

  /**
   * Calls the listener after each event until the returned function is called. What other programs write arrives by the
   * same events within 250 ms: see ForeignChanges.
   */
  watch(listener: (event: SessionEvent) => void): () => void;

  /** The session that a plain start shows: see product.md, Created. */
  openStartSession(): Promise<Session>;
  createSession(input?: { readonly title?: string }): Promise<Session>;
  /** Newest first; no child and no old title sessions. */
  listSessions(options?: ListSessionsOptions): SessionSummary[];
  /** Those below one, at any depth, each behind its parent, oldest first. */
  listChildren(sessionId: SessionId): ChildSession[];
  /** By UUID, hash or unique prefix of either. Throws session-not-found, or session-ambiguous listing the matches. */
  findSession(idOrPrefix: string): Session;
  /** The newest session with messages. Throws no-sessions. */
  lastSession(): Session;
  /**
   * Records that the session is shown in this window (log line; nothing in `sessions` changes). From now on watchers are
   * told of each message that other programs write into it.
   */
  openSession(sessionId: SessionId): SessionDetails;
  showSession(sessionId: SessionId): SessionDetails;
  /** Rejects with usage, and changes nothing, where the title is no longer the expected one. */
  renameSession(sessionId: SessionId, title: string, options?: { readonly expected?: string }): Promise<void>;
  /**
   * With its whole subtree. One that runs is stopped first, in whichever process: throws session-busy, naming it, where it
   * does not stop. Nobody sees the session from then on; resolves when its rows are gone, or being taken away goes on behind.
   */
  deleteSession(sessionId: SessionId, options?: DeleteOptions): Promise<void>;
  /**
   * Removes the session if it has neither messages nor draft and is not the project's only one. Resolves with false for one
   * that had nothing worth a row in the first place and does nothing: there is no more to it than its id.
   */
  leaveSession(sessionId: SessionId): Promise<boolean>;
  saveDraft(sessionId: SessionId, draft: string): Promise<void>;
  readDraft(sessionId: SessionId): string;
  shortId(sessionId: SessionId): string;

  readTranscript(sessionId: SessionId, options: { readonly limit: number; readonly before?: number }): TranscriptPage;
  /** A window elsewhere than at the end; null where the message that the place names is gone. */
  readWindow(
    sessionId: SessionId,
    options: { readonly limit: number; readonly place: WindowPlace },
  ): MessageWindow | null;
  /** Texts of the person's earlier prompts in the session, newest first. */
  promptHistory(sessionId: SessionId, limit: number): string[];

  /**
   * Stores the prompt and runs the turn; resolves when the turn has ended, a failed one included. Rejects with AppError
   * where there is no usable model, the prompt can't be taken, or the disk does not take what the turn says. `onStored` is
   * called when the prompt is in the session, to stay; of one that is refused before, nothing is kept.
   */
  sendPrompt(sessionId: SessionId, prompt: PromptInput, onStored?: () => void): Promise<TurnOutcome>;
  /**
   * Ends the turn, in whichever process of ours it runs, keeping what is there; resolves when it is on disk. Questions that
   * a program left are given up. Rejects with
   * session-busy, naming the other process, where that does not answer.
   */
  cancelTurn(sessionId: SessionId): Promise<void>;
  liveTurn(sessionId: SessionId): LiveTurn | null;
  /** Those of the person that run in the session, here and elsewhere. */
  liveCommands(sessionId: SessionId): readonly LiveCommand[];
  /**
   * Answers a question that a program which ended left (LiveTurn.isLeft): its call runs now, or is denied, and the turn
   * goes on. What would not be what the person was shown is asked anew. Resolves and rejects as `sendPrompt`; rejects with
   * session-changed where the session has gone on without an answer.
   */
  resumeTurn(sessionId: SessionId, requestId: string, answer: PermissionAnswer): Promise<TurnOutcome>;
  /** The questions that programs which ended have left in the project's sessions. */
  leftQuestions(): readonly PermissionRequest[];
  /**
   * The program is being ended by something else than the person (its terminal is gone): turns of this process that wait for
   * them are left as a killed program leaves them. To be followed by `close`. Never rejects.
   */
  leaveQuestions(): Promise<void>;
  readonly budgets: BudgetUseCases;
  runningSessions(): readonly SessionId[];
  /** Turns of sessions that tools made, which nobody waits for. */
  countStartedTurns(): number;
  /** Resolves when those have ended. */
  finishStartedTurns(): Promise<void>;
  /** Resolves when the titles in the making are done: they outlive their turns. */
  finishTitles(): Promise<void>;
  /**
   * Replaces the session's older messages by a summary in the requests to come; the rows stay. Rejects with
   * session-unfinished as `sendPrompt`; with session-changed, the session as it was, where anyone wrote into it meanwhile.
   */
  compactSession(sessionId: SessionId): Promise<TurnOutcome>;
  /** The person's own `!command`: runs it in the working directory and keeps it in the transcript. */
  runShellCommand(sessionId: SessionId, command: string, signal: AbortSignal): Promise<Message>;

  /** Looks of the screen. */
  readonly screen: ScreenChoices;

  answerPermission(requestId: string, answer: PermissionAnswer): void;
  listGrants(sessionId: SessionId): Grant[];
  revokeGrant(grantId: string): Promise<void>;
  setYolo(isOn: boolean): void;
  isYolo(): boolean;

  /** Providers that can be used or configured, with their models. */
  listProviders(): readonly ProviderSettings[];
  /** What the session would run on, or why it can't. */
  sessionModel(sessionId: SessionId): ResolvedModel | ModelProblem;
  chooseModel(sessionId: SessionId, choice: ModelChoice): Promise<void>;
  /** The default of new sessions, in the global data config. */
  saveDefaultModel(size: "large" | "small", choice: ModelChoice): Promise<void>;
  /** For this process only: `run -m` and `--small-model` of sessions that have no model of their own yet. */
  overrideModel(size: "large" | "small", choice: ModelChoice): void;
  /** Stores the key in the global data config (0600) and makes it usable at once. */
  saveKey(providerId: string, key: string): Promise<void>;
  removeKey(providerId: string): Promise<void>;
  /** Ollama, LM Studio and llama.cpp on this machine; at most 500 ms. */
  detectLocalServers(): Promise<readonly LocalServer[]>;
  /** Uses a found server for this project's sessions from now on. */
  useLocalServer(server: LocalServer, modelId: string): Promise<void>;

  /** Project-relative paths for `@` completion, best first, ignore rules obeyed. */
  completePath(query: string, limit: number): Promise<string[]>;
  /** Believes the project's own config from now on, as it is now. Takes effect at the next start. */
  trustProject(): Promise<void>;

  usageBySession(): UsageTotal[];
  usageByDay(): UsageTotal[];
  usageByModel(): UsageTotal[];

  /** Stops what runs, waits for the disk, closes the database. */
  close(): Promise<void>;
}

/** For front ends: true where the model can't be used. */
export function isModelProblem(model: ResolvedModel | ModelProblem): model is ModelProblem {
  return "hint" in model;
}
