import { AppError } from "../lib/app-error.ts";
import { unreachable } from "../lib/assert.ts";
import type { ModelFailure } from "../providers/provider.ts";
import type { ResolvedModel } from "./app.ts";

/** What a person can do about a request that failed. */
export function failureHint({ kind }: Pick<ModelFailure, "kind">, { provider }: ResolvedModel): string {
  switch (kind) {
    case "auth":
      return keyAdvice(provider);
    case "quota":
      return "add credit at the provider, or choose another model (ctrl+l)";
    case "context-too-long":
      return "your prompt is kept: compact the session (/compact) and send it again, or choose a model with a larger window";
    case "model-not-found":
      return "choose another model (ctrl+l, or -m provider/model)";
    case "rate-limited":
    case "overloaded":
      return "the provider is busy: wait a little and send “go on”, or choose another model (ctrl+l)";
    case "network":
    case "protocol":
      return "check the connection and the provider's address, then send “go on”";
    case "invalid-request":
      return "the details are in the transcript; another model may take the request (ctrl+l)";
    case "budget":
      return "see what is spent and set another limit: /budget (in a run: --max-cost), then send “go on”";
    case "aborted":
      return "send “go on” to continue";
    default:
      return unreachable(kind);
  }
}

function keyAdvice({ id, keyVariable }: ResolvedModel["provider"]): string {
  return `check ${keyVariable === null ? "the key" : keyVariable}, or store one: crush login ${id}`;
}

/** The words of an error that ended a turn from outside the conversation. */
export function errorWords(error: unknown): { readonly message: string; readonly hint: string } {
  if (error instanceof AppError) return { message: error.message, hint: error.hint ?? "" };
  return { message: error instanceof Error ? error.message : String(error), hint: "the log has more: crush logs" };
}
