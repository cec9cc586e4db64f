import type { ModelMessage } from "../schema/model-request.ts";
import type { Usage } from "../schema/usage.ts";
import { noUsage } from "../schema/usage.ts";

/** Close enough for text and code; the provider's own figure replaces it wherever there is one. */
export const charactersPerToken = 4;
/** About what providers charge for an image of screen size. */
const tokensPerImage = 1_500;

/** Tokens of a conversation, estimated from its length. */
export function estimateTokens(messages: readonly ModelMessage[]): number {
  let characters = 0;
  let images = 0;
  for (const message of messages) {
    if (message.role === "user") {
      for (const content of message.content) {
        if (content.kind === "text") characters += content.text.length;
        else images += 1;
      }
    } else if (message.role === "assistant") {
      for (const block of message.blocks) {
        characters += block.kind === "tool-call" ? block.input.length : block.text.length;
      }
    } else {
      for (const result of message.results) {
        characters += result.text.length;
        if (result.media !== undefined) images += 1;
      }
    }
  }
  return Math.ceil(characters / charactersPerToken) + images * tokensPerImage;
}

/** Tokens of a whole request; `overheadLength` as in `SettledRequest`. */
export function estimateRequestTokens(messages: readonly ModelMessage[], overheadLength: number): number {
  return estimateTokens(messages) + Math.ceil(overheadLength / charactersPerToken);
}

export interface SettledRequest {
  readonly messages: readonly ModelMessage[];
  /** Characters that each request holds besides its messages: system prompt and tools. */
  readonly overheadLength: number;
  /** Characters of the answer, as far as it came. */
  readonly outputLength: number;
  readonly isComplete: boolean;
  /** It failed before any answer: turned away, or never arrived. */
  readonly isRefused: boolean;
}

/**
 * The usage of a request: what was reported; completed by an estimate, and marked, where the request was cut off
 * before its last report or nothing was reported at all. A refused request consumed nothing.
 */
export function settledUsage(reported: Usage | null, request: SettledRequest): Usage {
  if (reported !== null && request.isComplete) return reported;
  if (reported === null && request.isRefused) return noUsage;
  const outputTokens = Math.ceil(request.outputLength / charactersPerToken);
  if (reported !== null) {
    return { ...reported, outputTokens: Math.max(reported.outputTokens, outputTokens), isEstimated: true };
  }
  const inputTokens = estimateRequestTokens(request.messages, request.overheadLength);
  return { ...noUsage, inputTokens, outputTokens, isEstimated: true };
}
