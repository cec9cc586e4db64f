/** Chunks of a streamGenerateContent stream. */
import type { JsonObject } from "../../../src/lib/json.ts";
import { callSignature } from "./google-check.ts";
import { argumentsAsResent, sealOf } from "./request-check.ts";
import type { SettledStep, StepEncoder } from "./wire-server.ts";

const stopReasons = { end: "STOP", "tool-use": "STOP", "max-tokens": "MAX_TOKENS", "content-filter": "SAFETY" };

/** The signature that a call of the step carries: the first one's, where the model has thought. */
export function signatureOfCall(step: SettledStep, index: number): string | null {
  const block = step.blocks[index];
  const hasThought = step.blocks.some(({ kind }) => kind === "reasoning");
  const isFirst = step.blocks.findIndex(({ kind }) => kind === "tool-call") === index;
  if (block?.kind !== "tool-call" || !hasThought || !isFirst) return null;
  return callSignature(block.name, argumentsAsResent(block.argumentText));
}

export function encodeGoogleStep(step: SettledStep): StepEncoder {
  const { usage } = step;
  const prompt = usage === null ? 0 : usage.inputTokens + usage.cacheReadTokens;
  const cached =
    usage === null || usage.cacheReadTokens === 0 ? {} : { cachedContentTokenCount: usage.cacheReadTokens };
  const early =
    usage === null ? {} : { usageMetadata: { promptTokenCount: prompt, totalTokenCount: prompt, ...cached } };
  const frame = (parts: readonly JsonObject[], extra: JsonObject = {}): string => {
    const candidate = { content: { role: "model", parts: [...parts] }, index: 0, ...extra };
    const rest = { ...early, modelVersion: step.model, responseId: "scripted" };
    return `data: ${JSON.stringify({ candidates: [candidate], ...rest })}\r\n\r\n`;
  };
  return {
    open: () => [],
    startBlock: () => [],
    delta: (index, text) => {
      const block = step.blocks[index];
      if (block?.kind === "tool-call" || (block?.kind === "reasoning" && block.isHidden)) return [];
      return [frame([block?.kind === "reasoning" ? { text, thought: true } : { text }])];
    },
    endBlock: (index) => {
      const block = step.blocks[index];
      if (block?.kind === "tool-call") {
        const signature = signatureOfCall(step, index);
        const call = { id: block.id, name: block.name, args: argumentsAsResent(block.argumentText) };
        return [frame([{ functionCall: call, ...(signature === null ? {} : { thoughtSignature: signature }) }])];
      }
      const isSigned =
        block?.kind === "text" && block.text !== "" && step.blocks.some(({ kind }) => kind === "reasoning");
      return isSigned ? [frame([{ text: "", thoughtSignature: sealOf("text", block.text) }])] : [];
    },
    close: () => {
      const finishReason = stopReasons[step.stop];
      if (usage === null) return [frame([], { finishReason })];
      const full: JsonObject = {
        promptTokenCount: prompt,
        ...cached,
        candidatesTokenCount: usage.outputTokens - usage.reasoningTokens,
        thoughtsTokenCount: usage.reasoningTokens,
        totalTokenCount: prompt + usage.outputTokens,
      };
      const candidate = { content: { role: "model", parts: [{ text: "" }] }, finishReason, index: 0 };
      const data = { candidates: [candidate], usageMetadata: full, modelVersion: step.model, responseId: "scripted" };
      return [`data: ${JSON.stringify(data)}\r\n\r\n`];
    },
  };
}
