import type { JournalPort, RequestRecord, StepResult, ToolCall, TranscriptPort } from "../agent/ports.ts";
import { AppError } from "../lib/app-error.ts";
import { unixSeconds } from "../lib/clock.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { FinishPart, Message, Part } from "../schema/message.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import type { Session } from "../schema/session.ts";
import type { UsagePurpose, UsageRecord } from "../schema/usage.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import { listMessageIdsFrom } from "../store/message-pages.ts";
import { getMessage, insertMessage, saveStreamedParts, updateMessage } from "../store/messages.ts";
import { listQueue, takeQueued } from "../store/queue.ts";
import type { StoredPrompt } from "../store/queue.ts";
import { getSession } from "../store/sessions.ts";
import { getTurn, moveTurn } from "../store/turns.ts";
import type { TurnClaim } from "../store/turns.ts";
import type { TransactOptions, Transactions } from "../store/store.ts";
import type { ToolResult } from "../tools/tool.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { maskBlock } from "./mask-content.ts";
import type { Patience } from "./patience.ts";
import { promptParts } from "./send-prompt.ts";
import { bookRequest, insertResult, maskParts } from "./step-rows.ts";
import { TurnHistory } from "./turn-history.ts";
import { newUsageRecord } from "./usage-record.ts";

export interface TurnTranscriptOptions {
  readonly sessionId: SessionId;
  readonly model: ResolvedModel;
  readonly purpose: UsagePurpose;
  /** Its place, moved along with its rows. The store is expected to be fenced by it. */
  readonly claim: TurnClaim;
  /** Waits for the disk in its place. */
  readonly patience: Patience;
  /** Rows of before that are the turn's as well; absent: it begins anew. */
  readonly ownRows?: readonly MessageId[];
}

/** The rows of one session, as its turn reads and writes them. */
export class TurnTranscript implements TranscriptPort {
  readonly #context: Pick<Context, "store" | "journals" | "secrets">;
  readonly #options: TurnTranscriptOptions;
  readonly #patient: Transactions;
  /** The rows that the turn has added, its first step's before all: those that are committed. */
  readonly #own: Set<MessageId>;
  readonly #history: TurnHistory;

  constructor(context: Pick<Context, "store" | "journals" | "secrets">, options: TurnTranscriptOptions) {
    this.#context = context;
    this.#options = options;
    this.#history = new TurnHistory(options.sessionId);
    this.#own = new Set(options.ownRows ?? []);
    this.#patient = options.patience.store(context.store, options.sessionId);
  }

  messages({ supportsImages }: { readonly supportsImages: boolean }): readonly ModelMessage[] {
    const { sessionId, model } = this.#options;
    const asked = { providerId: model.provider.id, modelId: model.choice.model };
    return this.#context.store.read((tx) => {
      const { summaryMessageId } = requireSession(tx, sessionId);
      return this.#history.messages(tx, { supportsImages, summaryMessageId, ...asked });
    });
  }

  async takeSteering(): Promise<void> {
    const { sessionId } = this.#options;
    this.#requireOwnRows();
    // What was left to a window that is gone is paused: nobody says it unasked.
    const waiting = (handle: ReadHandle): readonly StoredPrompt[] => {
      const turn = getTurn(handle, sessionId);
      return listQueue(handle, sessionId).filter(
        ({ kind, ownerId }) => kind === "steering" && ownerId === turn?.ownerId,
      );
    };
    if (this.#context.store.read(waiting).length === 0) return;
    const said = await this.#write(
      (tx) =>
        waiting(tx).map((prompt) => {
          takeQueued(tx, prompt);
          return insertMessage(tx, { sessionId, role: "user", parts: promptParts(prompt) });
        }),
      lasting,
    );
    for (const message of said) this.#own.add(message.id);
  }

  /**
   * Rows of another program between those of the turn: whoever works on there must not be talked over. A `!command` that
   * ended meanwhile goes on with nothing.
   */
  #requireOwnRows(): void {
    const { sessionId } = this.#options;
    const [first] = this.#own;
    if (first === undefined) return;
    const isOwn = this.#context.store.read((tx) => {
      requireSession(tx, sessionId);
      const ids = listMessageIdsFrom(tx, sessionId, first);
      // None: another program has deleted the first one.
      return ids.length > 0 && ids.every((id) => this.#own.has(id) || isShellCommand(getMessage(tx, id)));
    });
    if (isOwn) return;
    throw new AppError("session-changed", "another program wrote into this session; the turn stopped after its step", {
      hint: "look at what was written, then send a prompt to go on",
    });
  }

  async startStep(): Promise<Message> {
    const { sessionId, model } = this.#options;
    const origin = { model: model.choice.model, provider: model.provider.id };
    const step = await this.#write((tx) => {
      const message = insertMessage(tx, { sessionId, role: "assistant", parts: [], ...origin });
      moveTurn(tx, this.#options.claim, { phase: "requesting", messageId: message.id });
      return message;
    });
    this.#own.add(step.id);
    return step;
  }

  /** A key that the model says is kept out, unless the end of a write cuts it in two. */
  openJournal(messageId: MessageId): JournalPort {
    const journal = this.#context.journals.create(messageId);
    const masked: JournalPort = {
      append: (text) => journal.append(maskSecrets(text, this.#context.secrets())),
      close: () => {
        journal.close();
      },
      remove: () => {
        journal.remove();
      },
    };
    return this.#options.patience.journal(masked, this.#options.sessionId);
  }

  async foldStep(messageId: MessageId, parts: readonly Part[]): Promise<void> {
    const masked = maskParts(parts, this.#context.secrets());
    try {
      await this.#context.store.transact((tx) => {
        requireSession(tx, this.#options.sessionId);
        saveStreamedParts(tx, messageId, masked);
      });
    } catch (error) {
      if (!mayBeLeftOut(error)) throw error;
    }
  }

  async discardStep(messageId: MessageId, record: RequestRecord): Promise<void> {
    const row = this.#newRecord(record, messageId);
    await this.#write((tx) => {
      updateMessage(tx, messageId, { parts: [] });
      bookRequest(tx, row);
      moveTurn(tx, this.#options.claim, { phase: "waiting" });
    });
  }

  async finishStep(messageId: MessageId, result: StepResult): Promise<void> {
    const row = result.record === null ? null : this.#newRecord(result.record, messageId);
    const secrets = this.#context.secrets();
    await this.#write((tx) => {
      finish(tx, { messageId, sessionId: this.#options.sessionId, result, secrets });
      if (row !== null) bookRequest(tx, row);
      moveTurn(tx, this.#options.claim, { phase: result.finish.reason === "tool_use" ? "calling" : "ended" });
    }, lasting);
  }

  async markCanceled(messageId: MessageId): Promise<void> {
    await this.#write((tx) => {
      markCanceled(tx, messageId);
      moveTurn(tx, this.#options.claim, { phase: "ended" });
    });
  }

  async addResult(call: ToolCall, result: ToolResult): Promise<void> {
    const secrets = this.#context.secrets();
    const { sessionId } = this.#options;
    const row = await this.#write((tx) => insertResult(tx, { sessionId, call, result, secrets }), lasting);
    this.#own.add(row.id);
  }

  /** One transaction on a session that is still there. */
  async #write<T>(work: (tx: WriteHandle) => T, transactOptions?: TransactOptions): Promise<T> {
    return this.#patient.transact((tx) => {
      requireSession(tx, this.#options.sessionId);
      return work(tx);
    }, transactOptions);
  }

  #newRecord(record: RequestRecord, messageId: MessageId): UsageRecord {
    const { sessionId, purpose, model } = this.#options;
    return newUsageRecord(record, { sessionId, messageId, purpose, model });
  }
}

function isShellCommand(message: Message | null): boolean {
  return message?.role === "user" && message.parts.some((part) => part.type === "shell_command");
}

/** Steps and results have cost time and money, and what tools did can't be asked for again. */
const lasting: TransactOptions = { survives: "power-loss" };

/** What has streamed is in the journal; a later fold or the end of the step brings it into the row. */
function mayBeLeftOut(error: unknown): boolean {
  return error instanceof AppError && ["database-locked", "disk-full"].includes(error.code);
}

interface FinishedStep {
  readonly messageId: MessageId;
  readonly sessionId: SessionId;
  readonly result: StepResult;
  readonly secrets: readonly string[];
}

function finish(tx: WriteHandle, { messageId, sessionId, result, secrets }: FinishedStep): void {
  const time = unixSeconds(tx.nowMs);
  const finishPart: FinishPart = { type: "finish", time, ...result.finish };
  updateMessage(tx, messageId, {
    parts: maskParts([...result.parts, finishPart], secrets),
    exactBlocks: result.exactBlocks?.map((block) => maskBlock(block, secrets)) ?? null,
  });
  for (const answer of result.answers) insertResult(tx, { sessionId, ...answer, secrets });
}

function markCanceled(tx: WriteHandle, messageId: MessageId): void {
  const message = getMessage(tx, messageId);
  if (message === null) return;
  const parts = message.parts.map((part): Part => (part.type === "finish" ? canceled(part) : part));
  updateMessage(tx, messageId, { parts, exactBlocks: message.exactBlocks });
}

function canceled(part: FinishPart): FinishPart {
  return { ...part, reason: "canceled", message: "Canceled by the person" };
}

function requireSession(handle: ReadHandle, sessionId: SessionId): Session {
  const session = getSession(handle, sessionId);
  if (session === null) {
    throw new AppError("session-not-found", "the session was deleted by another program", {
      hint: "what it had said is gone with it; start a new session (ctrl+n)",
    });
  }
  return session;
}
