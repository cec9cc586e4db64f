import { summarySystemPrompt } from "../agent/compaction.ts";
import { estimateTokens } from "../agent/estimate-usage.ts";
import type { RequestRecord } from "../agent/ports.ts";
import { withShortResults } from "../agent/short-results.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { modelRequest } from "./model-request.ts";
import { oneRequest } from "./one-request.ts";
import type { OneAnswer } from "./one-request.ts";

export interface SummaryTries {
  readonly answer: OneAnswer;
  /** Of the tries before, for the ledger. */
  readonly earlier: readonly RequestRecord[];
  /** What the answer's request held, by an estimate. */
  readonly promptTokens: number;
}

export interface SummaryQuestion {
  readonly sessionId: SessionId;
  readonly model: ResolvedModel;
  readonly signal: AbortSignal;
  readonly messages: readonly ModelMessage[];
}

/** A handover is some pages at most; what is not asked for is room for the conversation. */
const summaryTokensMax = { plain: 8_000, reasoning: 32_000 };

/**
 * Asks for the handover; where the conversation is too long for the model once more, with what its tools have said cut to
 * the beginnings. Never throws.
 */
export async function askForSummary(
  context: Pick<Context, "createProvider" | "clock">,
  question: SummaryQuestion,
): Promise<SummaryTries> {
  const { messages, model, signal } = question;
  const answer = await ask(context, question, messages);
  const promptTokens = estimateTokens(messages);
  const first = { answer, earlier: [], promptTokens };
  if (answer.failure?.kind !== "context-too-long" || signal.aborted) return first;
  const windowTokens = model.info.contextWindow > 0 ? model.info.contextWindow : promptTokens;
  // Estimates have just proved to be short.
  const shortened = withShortResults(messages, Math.floor(Math.min(promptTokens, windowTokens) / 2));
  if (shortened === null) return first;
  return {
    answer: await ask(context, question, shortened),
    earlier: [answer.record],
    promptTokens: estimateTokens(shortened),
  };
}

async function ask(
  context: Pick<Context, "createProvider" | "clock">,
  { sessionId, model, signal }: SummaryQuestion,
  messages: readonly ModelMessage[],
): Promise<OneAnswer> {
  const request = modelRequest(model, { system: summarySystemPrompt, messages, tools: [], cacheKey: sessionId });
  const limit = summaryTokensMax[request.canReason ? "reasoning" : "plain"];
  const maxOutputTokens = Math.min(request.maxOutputTokens, limit);
  return oneRequest(context, model, { request: { ...request, maxOutputTokens }, signal });
}
