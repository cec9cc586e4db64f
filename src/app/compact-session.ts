import { summaryRequest, summarySystemPrompt } from "../agent/compaction.ts";
import { buildMessages } from "../agent/build-messages.ts";
import { AppError } from "../lib/app-error.ts";
import { unixSeconds } from "../lib/clock.ts";
import type { SessionId } from "../schema/ids.ts";
import { promptTokens } from "../schema/usage.ts";
import { messagesForRequest } from "../store/message-pages.ts";
import { insertMessage } from "../store/messages.ts";
import { addSessionUsage, getSession, setSummaryMessage } from "../store/sessions.ts";
import { insertUsage } from "../store/usage-ledger.ts";
import type { ResolvedModel, TurnOutcome } from "./app.ts";
import type { Context } from "./context.ts";
import { modelRequest } from "./model-request.ts";
import { oneRequest } from "./one-request.ts";
import { newUsageRecord } from "./usage-record.ts";

type CompactContext = Pick<Context, "store" | "createProvider" | "clock">;

/**
 * Has the session's model write a handover and starts the requests to come at that row. The rows before it stay. A
 * failure or a cancel leaves the session as it is, but for the request in the ledger.
 */
export async function compactSession(
  context: CompactContext,
  turn: { readonly sessionId: SessionId; readonly model: ResolvedModel; readonly signal: AbortSignal },
): Promise<TurnOutcome> {
  const { store } = context;
  const { sessionId, model } = turn;
  const messages = store.read((tx) => {
    const session = getSession(tx, sessionId);
    const rows = messagesForRequest(tx, sessionId);
    const options = { supportsImages: false, summaryMessageId: session?.summaryMessageId ?? null };
    const history = buildMessages(rows, options);
    if (history.length < 2) throw new AppError("usage", "there is nothing to compact yet");
    const request = { kind: "text", text: summaryRequest(session?.todos ?? []) } as const;
    const last = history.at(-1);
    return last?.role === "user"
      ? [...history.slice(0, -1), { role: "user", content: [...last.content, request] } as const]
      : [...history, { role: "user", content: [request] } as const];
  });
  const request = modelRequest(model, { system: summarySystemPrompt, messages, tools: [], cacheKey: sessionId });
  const answer = await oneRequest(context, model, { request, signal: turn.signal });
  const isDone = answer.failure === null && answer.text.trim() !== "";
  const row = await store.transact((tx) => {
    const message = isDone
      ? insertMessage(tx, {
          sessionId,
          role: "assistant",
          parts: [
            { type: "text", text: answer.text },
            { type: "finish", reason: "end_turn", time: unixSeconds(tx.nowMs) },
          ],
          model: model.choice.model,
          provider: model.provider.id,
          isSummary: true,
        })
      : null;
    const record = newUsageRecord(answer.record, {
      sessionId,
      messageId: message?.id ?? null,
      purpose: "summary",
      model,
    });
    insertUsage(tx, record);
    // From here on the summary is what the next request holds.
    const gauge = { promptTokens: 0, completionTokens: record.usage.outputTokens };
    addSessionUsage(tx, sessionId, { costUsd: record.costUsd ?? 0, ...(isDone ? gauge : {}) });
    if (message !== null) setSummaryMessage(tx, sessionId, message.id);
    return record;
  });
  const { usage, costUsd } = row;
  const outcome = { text: answer.text, usage, costUsd };
  if (isDone) return { ...outcome, reason: "end_turn" };
  if (turn.signal.aborted) return { ...outcome, reason: "canceled" };
  const failure = answer.failure ?? { kind: "protocol", message: "The model wrote no summary" };
  return {
    ...outcome,
    reason: "error",
    errorMessage: `the session was not compacted: ${failure.message}`,
    errorHint: `${String(promptTokens(usage))} tokens were sent; choose a model with a larger window (ctrl+l) and try again`,
    failureKind: failure.kind,
  };
}
