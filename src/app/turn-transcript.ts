import { buildMessages } from "../agent/build-messages.ts";
import type { RequestRecord, StepResult, ToolCall, TranscriptPort } from "../agent/ports.ts";
import { AppError } from "../lib/app-error.ts";
import { unixSeconds } from "../lib/clock.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { FinishPart, Part, ToolResultPart } from "../schema/message.ts";
import type { Session } from "../schema/session.ts";
import { promptTokens } from "../schema/usage.ts";
import type { UsagePurpose, UsageRecord } from "../schema/usage.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import { messagesForRequest } from "../store/message-pages.ts";
import { getMessage, insertMessage, saveStreamedParts, updateMessage } from "../store/messages.ts";
import { addSessionUsage, getSession } from "../store/sessions.ts";
import { insertUsage } from "../store/usage-ledger.ts";
import type { ToolResult } from "../tools/tool.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { maskBlock, maskPart } from "./mask-content.ts";
import { newUsageRecord } from "./usage-record.ts";

export interface TurnTranscriptOptions {
  readonly sessionId: SessionId;
  readonly model: ResolvedModel;
  readonly purpose: UsagePurpose;
}

/** The rows of one session, as its turn reads and writes them. */
export function createTurnTranscript(
  { store, secrets }: Pick<Context, "store" | "secrets">,
  options: TurnTranscriptOptions,
): TranscriptPort {
  const { sessionId, model } = options;

  /** One transaction on a session that is still there; books the request in the same one. */
  const write = async (
    record: RequestRecord | null,
    origin: MessageId | null,
    work: (tx: WriteHandle) => void,
  ): Promise<void> => {
    const row =
      record === null
        ? null
        : newUsageRecord(record, { sessionId, messageId: origin, purpose: options.purpose, model });
    await store.transact((tx) => {
      requireSession(tx, sessionId);
      work(tx);
      if (row !== null) book(tx, row);
    });
  };

  return {
    messages: ({ supportsImages }) =>
      store.read((tx) => {
        const { summaryMessageId } = requireSession(tx, sessionId);
        const rows = messagesForRequest(tx, sessionId);
        return buildMessages(rows, { supportsImages, summaryMessageId, providerId: model.provider.id });
      }),
    startStep: () =>
      store.transact((tx) => {
        requireSession(tx, sessionId);
        return insertMessage(tx, {
          sessionId,
          role: "assistant",
          parts: [],
          model: model.choice.model,
          provider: model.provider.id,
        });
      }),
    saveProgress: (messageId, parts) =>
      write(null, null, (tx) => {
        saveStreamedParts(tx, messageId, maskParts(parts, secrets()));
      }),
    discardStep: (messageId, record) =>
      write(record, messageId, (tx) => {
        updateMessage(tx, messageId, { parts: [] });
      }),
    finishStep: (messageId, result) =>
      write(result.record, messageId, (tx) => {
        finish(tx, { messageId, sessionId, result, secrets: secrets() });
      }),
    markCanceled: (messageId) =>
      write(null, null, (tx) => {
        markCanceled(tx, messageId);
      }),
    addResult: (call, result) =>
      write(null, null, (tx) => {
        insertResult(tx, { sessionId, call, result, secrets: secrets() });
      }),
  };
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

interface NewResult {
  readonly sessionId: SessionId;
  readonly call: ToolCall;
  readonly result: ToolResult;
  readonly secrets: readonly string[];
}

function insertResult(tx: WriteHandle, { sessionId, call, result, secrets }: NewResult): void {
  const part: ToolResultPart = {
    type: "tool_result",
    toolCallId: call.id,
    name: call.name,
    content: result.content,
    data: result.media?.data ?? "",
    mimeType: result.media?.mimeType ?? "",
    metadata: result.metadata === undefined ? "" : JSON.stringify(result.metadata),
    isError: result.isError,
  };
  insertMessage(tx, { sessionId, role: "tool", parts: maskParts([part], secrets) });
}

function maskParts(parts: readonly Part[], secrets: readonly string[]): Part[] {
  return parts.map((part) => maskPart(part, secrets));
}

function canceled(part: FinishPart): FinishPart {
  return { ...part, reason: "canceled", message: "Canceled by the person" };
}

/** The ledger row, and Crush's own columns as it expects them: the last step's gauge and the growing cost. */
function book(tx: WriteHandle, row: UsageRecord): void {
  insertUsage(tx, row);
  const isGauge = row.purpose === "turn" && row.outcome === "ok";
  addSessionUsage(tx, row.sessionId as SessionId, {
    costUsd: row.costUsd ?? 0,
    ...(isGauge ? { promptTokens: promptTokens(row.usage), completionTokens: row.usage.outputTokens } : {}),
  });
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
