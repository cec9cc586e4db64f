import type { ModelMessage } from "../schema/model-request.ts";
import { charactersPerToken, estimateTokens } from "./estimate-usage.ts";

/** Enough to see what a call found. */
const keptLength = 1_000;

/**
 * The conversation with the results of its tools cut to their beginnings, oldest first, until it is estimated at
 * `tokensMax` or nothing long is left. Null where there is nothing to cut.
 */
export function withShortResults(messages: readonly ModelMessage[], tokensMax: number): readonly ModelMessage[] | null {
  const tooMany = (estimateTokens(messages) - tokensMax) * charactersPerToken;
  let cut = 0;
  const shorter = (text: string): string => {
    if (cut >= tooMany || text.length <= 2 * keptLength) return text;
    const left = text.length - keptLength;
    cut += left;
    return `${text.slice(0, keptLength).toWellFormed()}\n(${String(left)} more characters are left out here)`;
  };
  const shortened = messages.map((message): ModelMessage => {
    if (message.role !== "tool") return message;
    return { role: "tool", results: message.results.map((result) => ({ ...result, text: shorter(result.text) })) };
  });
  return cut === 0 ? null : shortened;
}
