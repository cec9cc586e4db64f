import { summaryRequest } from "../agent/compaction.ts";
import { buildMessages } from "../agent/build-messages.ts";
import type { RequestRecord } from "../agent/ports.ts";
import { AppError } from "../lib/app-error.ts";
import { unixSeconds } from "../lib/clock.ts";
import type { ModelFailure } from "../providers/provider.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import type { UsageRecord } from "../schema/usage.ts";
import type { ReadHandle, WriteHandle } from "../store/handle.ts";
import { lastAddedMessageId, messagesForRequest } from "../store/message-pages.ts";
import { insertMessage } from "../store/messages.ts";
import { addSessionUsage, getSession, setSummaryMessage } from "../store/sessions.ts";
import { insertUsage } from "../store/usage-ledger.ts";
import type { ResolvedModel } from "./app.ts";
import { askForSummary } from "./ask-for-summary.ts";
import { failureHint } from "./failure-hint.ts";
import type { TurnOutcome } from "./prompt.ts";
import type { Context } from "./context.ts";
import { isWhole } from "./one-request.ts";
import type { OneAnswer } from "./one-request.ts";
import { bookRequest } from "./step-rows.ts";
import { newUsageRecord } from "./usage-record.ts";

type CompactContext = Pick<Context, "store" | "createProvider" | "clock">;

interface CompactTurn {
  readonly sessionId: SessionId;
  readonly model: ResolvedModel;
  readonly signal: AbortSignal;
}

/**
 * Has the session's model write a handover and starts the requests to come at that row. The rows before it stay. A
 * failure or a cancel leaves the session as it is, but for the request in the ledger. Throws usage where there is
 * nothing to compact; session-changed, and leaves it likewise, where anyone has written into the session meanwhile.
 */
export async function compactSession(context: CompactContext, turn: CompactTurn): Promise<TurnOutcome> {
  const { store } = context;
  const { sessionId, signal } = turn;
  const { messages, lastId } = store.read((tx) => ({
    messages: summaryMessages(tx, turn),
    lastId: lastAddedMessageId(tx, sessionId),
  }));
  const { answer, earlier, promptTokens } = await askForSummary(context, { ...turn, messages });
  const isDone = isWhole(answer) && answer.text.trim() !== "";
  const { record, isStored } = await store.transact(
    (tx) => storeSummary(tx, turn, { answer, earlier, isDone, lastId }),
    {
      survives: "power-loss",
    },
  );
  if (isDone && !isStored) throw changedMeanwhile();
  const outcome = { text: answer.text, usage: record.usage, costUsd: record.costUsd };
  if (isDone) return { ...outcome, reason: "end_turn" };
  if (signal.aborted) return { ...outcome, reason: "canceled" };
  const failure = answer.failure ?? ({ kind: "protocol", message: whyNoSummary(answer) } as const);
  return {
    ...outcome,
    reason: "error",
    errorMessage: `the session was not compacted: ${failure.message}`,
    errorHint: hintFor(failure, promptTokens, turn.model),
    failureKind: failure.kind,
  };
}

/** Half a handover in place of the conversation would lose what the other half was to say. */
function whyNoSummary({ endReason }: OneAnswer): string {
  if (endReason === "max_tokens") return "the summary was cut off at the output limit";
  return endReason === "content_filter"
    ? "the provider's content filter stopped the summary"
    : "the model wrote no summary";
}

function hintFor(failure: Pick<ModelFailure, "kind">, promptTokens: number, model: ResolvedModel): string {
  const { kind } = failure;
  if (kind === "auth") return failureHint(failure, model);
  if (kind !== "context-too-long") return "try again, or choose another model (ctrl+l)";
  // What is turned away reports no usage.
  return `about ${String(promptTokens)} tokens were sent; choose a model with a larger window (ctrl+l) and try again`;
}

export function nothingToCompact(): AppError {
  return new AppError("usage", "there is nothing to compact yet");
}

function changedMeanwhile(): AppError {
  return new AppError("session-changed", "the session was not compacted: something was written into it meanwhile", {
    hint: "nothing is lost; compact it again once nobody else is at work in it",
  });
}

/** The whole conversation with the request for its handover at the end. */
function summaryMessages(handle: ReadHandle, { sessionId, model }: CompactTurn): ModelMessage[] {
  const session = getSession(handle, sessionId);
  const history = buildMessages(messagesForRequest(handle, sessionId), {
    supportsImages: false,
    summaryMessageId: session?.summaryMessageId ?? null,
    providerId: model.provider.id,
    modelId: model.choice.model,
  });
  if (history.length < 2) throw nothingToCompact();
  const request = { kind: "text", text: summaryRequest(session?.todos ?? []) } as const;
  const last = history.at(-1);
  return last?.role === "user"
    ? [...history.slice(0, -1), { role: "user", content: [...last.content, request] }]
    : [...history, { role: "user", content: [request] }];
}

interface SummaryAnswer {
  readonly answer: OneAnswer;
  readonly earlier: readonly RequestRecord[];
  readonly isDone: boolean;
  /** The last row that the answer is about: later ones would stand before the summary, where no request begins. */
  readonly lastId: MessageId | null;
}

function storeSummary(
  tx: WriteHandle,
  { sessionId, model }: CompactTurn,
  { answer, earlier, isDone, lastId }: SummaryAnswer,
): { readonly record: UsageRecord; readonly isStored: boolean } {
  const parts = [
    { type: "text", text: answer.text },
    { type: "finish", reason: "end_turn", time: unixSeconds(tx.nowMs) },
  ] as const;
  const origin = { sessionId, model: model.choice.model, provider: model.provider.id };
  const isStored = isDone && lastAddedMessageId(tx, sessionId) === lastId;
  const message = isStored ? insertMessage(tx, { ...origin, role: "assistant", parts, isSummary: true }) : null;
  const messageId = message?.id ?? null;
  for (const failed of earlier) {
    bookRequest(tx, newUsageRecord(failed, { sessionId, messageId: null, purpose: "summary", model }));
  }
  const record = newUsageRecord(answer.record, { sessionId, messageId, purpose: "summary", model });
  insertUsage(tx, record);
  // From here on the summary is what the next request holds.
  const gauge = { promptTokens: 0, completionTokens: record.usage.outputTokens };
  addSessionUsage(tx, sessionId, { costUsd: record.costUsd ?? 0, ...(isStored ? gauge : {}) });
  if (message !== null) setSummaryMessage(tx, sessionId, message.id);
  return { record, isStored };
}
