/** Chunks of a Chat Completions stream, in the dialects of several servers. */
import type { JsonObject } from "../../../src/lib/json.ts";
import { sealOf } from "./request-check.ts";
import type { ChatDialect } from "./script.ts";
import type { SettledStep, StepEncoder } from "./wire-server.ts";

const stopReasons = {
  end: "stop",
  "tool-use": "tool_calls",
  "max-tokens": "length",
  "content-filter": "content_filter",
};

function frame(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** OpenRouter's `reasoning_details` of a step, as a client that put the streamed pieces together has them. */
export function detailsOf(step: SettledStep): JsonObject[] {
  return step.blocks.flatMap((block, index): JsonObject[] => {
    if (block.kind !== "reasoning") return [];
    const common = { format: "anthropic-claude-v1", index };
    const seal = sealOf("detail", block.text);
    return block.isHidden
      ? [{ type: "reasoning.encrypted", data: seal, ...common }]
      : [{ type: "reasoning.text", text: block.text, signature: seal, ...common }];
  });
}

export function encodeChatStep(step: SettledStep, dialect: ChatDialect): StepEncoder {
  const base = { id: "chatcmpl-scripted", object: "chat.completion.chunk", created: 1_790_000_000, model: step.model };
  const chunk = (delta: JsonObject, finishReason: string | null = null): string =>
    frame({ ...base, choices: [{ index: 0, delta, finish_reason: finishReason }] });
  const callIndexes = new Map<number, number>();
  const details = detailsOf(step);
  const detailAt = (index: number): JsonObject | undefined => details.find((detail) => detail["index"] === index);
  return {
    open: () => [chunk({ role: "assistant", content: "" })],
    startBlock: (index) => {
      const block = step.blocks[index];
      if (block?.kind !== "tool-call") return [];
      callIndexes.set(index, callIndexes.size);
      const call = { index: callIndexes.size - 1, id: block.id, type: "function" };
      return [chunk({ tool_calls: [{ ...call, function: { name: block.name, arguments: "" } }] })];
    },
    delta: (index, text) => {
      const block = step.blocks[index];
      if (block?.kind === "tool-call") {
        return [chunk({ tool_calls: [{ index: callIndexes.get(index) ?? 0, function: { arguments: text } }] })];
      }
      if (block?.kind !== "reasoning") return [chunk({ content: text })];
      if (block.isHidden || dialect === "openai") return [];
      if (dialect !== "openrouter") return [chunk({ reasoning_content: text })];
      const piece = { type: "reasoning.text", text, format: "anthropic-claude-v1", index };
      return [chunk({ reasoning: text, reasoning_details: [piece] })];
    },
    endBlock: (index) => {
      const block = step.blocks[index];
      if (block?.kind !== "reasoning" || dialect !== "openrouter") return [];
      const { text: _text, ...rest } = detailAt(index) ?? {};
      return [chunk({ reasoning_details: [rest] })];
    },
    close: () => [
      chunk({}, stopReasons[step.stop]),
      ...(step.usage === null ? [] : [frame({ ...base, choices: [], usage: usageOf(step, dialect) })]),
      "data: [DONE]\n\n",
    ],
  };
}

function usageOf(step: SettledStep, dialect: ChatDialect): JsonObject {
  const usage = step.usage;
  if (usage === null) return {};
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const total = prompt + usage.outputTokens;
  const completion = usage.outputTokens - (dialect === "xai" ? usage.reasoningTokens : 0);
  const counts = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total };
  const outputDetails = { completion_tokens_details: { reasoning_tokens: usage.reasoningTokens } };
  if (dialect === "deepseek") {
    const misses = prompt - usage.cacheReadTokens;
    return {
      ...counts,
      ...outputDetails,
      prompt_cache_hit_tokens: usage.cacheReadTokens,
      prompt_cache_miss_tokens: misses,
    };
  }
  const cached = { cached_tokens: usage.cacheReadTokens };
  if (dialect !== "openrouter") return { ...counts, ...outputDetails, prompt_tokens_details: cached };
  return {
    ...counts,
    ...outputDetails,
    prompt_tokens_details: { ...cached, cache_write_tokens: usage.cacheWriteTokens },
    ...(step.costUsd === null ? {} : { cost: step.costUsd }),
  };
}
