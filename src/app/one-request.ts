import { StepContent } from "../agent/step-content.ts";
import { settledUsage } from "../agent/estimate-usage.ts";
import type { RequestRecord } from "../agent/ports.ts";
import type { ModelFailure } from "../providers/provider.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import type { ResolvedModel } from "./app.ts";
import type { Context } from "./context.ts";
import { overheadLength } from "./model-request.ts";

export interface OneAnswer {
  readonly text: string;
  /** Null where the answer came to its end. */
  readonly failure: ModelFailure | null;
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
  const { usage, outputLength } = content;
  const sentAtMs = content.sentAtMs ?? startedAtMs;
  const isAborted = failure?.kind === "aborted";
  return {
    text,
    failure,
    record: {
      usage: settledUsage(usage, {
        messages: call.request.messages,
        overheadLength: overheadLength(call.request),
        outputLength,
        isComplete: failure === null,
        isRefused: !content.isSent || (outputLength === 0 && failure !== null && !isAborted),
      }),
      providerCostUsd: content.end?.costUsd ?? null,
      startedAtMs: sentAtMs,
      durationMs: Math.max(0, clock.nowMs() - sentAtMs),
      outcome: failure === null ? "ok" : isAborted ? "canceled" : failure.kind,
    },
  };
}
