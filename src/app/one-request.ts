import { StepContent } from "../agent/step-content.ts";
import { settledUsage } from "../agent/estimate-usage.ts";
import type { RequestRecord } from "../agent/ports.ts";
import type { ModelFailure, ModelFinishReason } from "../providers/provider.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import type { Usage } from "../schema/usage.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { overheadLength } from "./model-request.ts";

export interface OneAnswer {
  readonly text: string;
  /** Null where the answer came to an end, be it the output limit's. */
  readonly failure: ModelFailure | null;
  /** Null where it came to none. */
  readonly endReason: ModelFinishReason | null;
  readonly record: RequestRecord;
}

const brokenOff: ModelFailure = { kind: "protocol", message: "The model's answer broke off", isRetryable: true };

/** One request without tools and without another try: a title's, a summary's. Never throws. */
export async function oneRequest(
  { createProvider, clock }: Pick<Context, "createProvider" | "clock">,
  model: ResolvedModel,
  call: { readonly request: ModelRequest; readonly signal: AbortSignal; readonly onText?: (text: string) => void },
): Promise<OneAnswer> {
  const content = new StepContent();
  const startedAtMs = clock.nowMs();
  for await (const event of createProvider(model.provider).stream(call.request, call.signal)) {
    content.add(event, clock.nowMs());
    if (event.type === "text-delta") call.onText?.(event.text);
  }
  const failure = content.end === null ? (content.failure ?? brokenOff) : null;
  const text = content
    .blocks()
    .flatMap((block) => (block.kind === "text" ? [block.text] : []))
    .join("\n\n");
  const sentAtMs = content.sentAtMs ?? startedAtMs;
  return {
    text,
    failure,
    endReason: content.end?.reason ?? null,
    record: {
      usage: usageOf(call.request, { content, failure }),
      providerCostUsd: content.end?.costUsd ?? null,
      startedAtMs: sentAtMs,
      durationMs: Math.max(0, clock.nowMs() - sentAtMs),
      outcome: failure === null ? "ok" : failure.kind === "aborted" ? "canceled" : failure.kind,
    },
  };
}

function usageOf(
  request: ModelRequest,
  { content, failure }: { readonly content: StepContent; readonly failure: ModelFailure | null },
): Usage {
  const { usage, outputLength } = content;
  const isTurnedAway = outputLength === 0 && failure !== null && failure.kind !== "aborted";
  return settledUsage(usage, {
    messages: request.messages,
    overheadLength: overheadLength(request),
    outputLength,
    isComplete: failure === null,
    isRefused: !content.isSent || isTurnedAway,
  });
}

/** Whether the model said all it wanted to. Servers that give no reason that we know are believed. */
export function isWhole({ endReason }: OneAnswer): boolean {
  return endReason === "end_turn" || endReason === "unknown";
}
