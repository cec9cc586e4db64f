/** Events of a Messages stream. */
import type { JsonObject } from "../../../src/lib/json.ts";
import { wireThinking } from "./anthropic-check.ts";
import { sealOf } from "./request-check.ts";
import { fullUsage } from "./settle-step.ts";
import type { SettledBlock, SettledStep, StepEncoder } from "./wire-server.ts";

const stopReasons = {
  end: "end_turn",
  "tool-use": "tool_use",
  "max-tokens": "max_tokens",
  "content-filter": "refusal",
};

export function anthropicFrame(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function openedBlock(block: SettledBlock): JsonObject {
  if (block.kind === "text") return { type: "text", text: "" };
  if (block.kind === "tool-call") return { type: "tool_use", id: block.id, name: block.name, input: {} };
  return block.isHidden ? wireThinking(block) : { type: "thinking", thinking: "", signature: "" };
}

export function encodeAnthropicStep(step: SettledStep): StepEncoder {
  const usage = step.usage ?? fullUsage({});
  const input: JsonObject = {
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
  };
  const lifetimes = {
    ephemeral_5m_input_tokens: usage.cacheWriteTokens - usage.cacheWriteLongTokens,
    ephemeral_1h_input_tokens: usage.cacheWriteLongTokens,
  };
  const deltaFrame = (index: number, delta: JsonObject): string =>
    anthropicFrame("content_block_delta", { index, delta });
  return {
    open: () => [
      anthropicFrame("message_start", {
        message: {
          id: "msg_scripted",
          type: "message",
          role: "assistant",
          model: step.model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...input, cache_creation: lifetimes, output_tokens: 1, service_tier: "standard" },
        },
      }),
    ],
    startBlock: (index) => {
      const block = step.blocks[index];
      return block === undefined
        ? []
        : [anthropicFrame("content_block_start", { index, content_block: openedBlock(block) })];
    },
    delta: (index, text) => {
      const block = step.blocks[index];
      if (block?.kind === "tool-call") return [deltaFrame(index, { type: "input_json_delta", partial_json: text })];
      if (block?.kind !== "reasoning") return [deltaFrame(index, { type: "text_delta", text })];
      return block.isHidden ? [] : [deltaFrame(index, { type: "thinking_delta", thinking: text })];
    },
    endBlock: (index) => {
      const block = step.blocks[index];
      const isSigned = block?.kind === "reasoning" && !block.isHidden;
      const signature = isSigned ? sealOf("thinking", block.text) : "";
      return [
        ...(isSigned ? [deltaFrame(index, { type: "signature_delta", signature })] : []),
        anthropicFrame("content_block_stop", { index }),
      ];
    },
    close: () => [
      anthropicFrame("message_delta", {
        delta: { stop_reason: stopReasons[step.stop], stop_sequence: null },
        usage: {
          ...input,
          output_tokens: usage.outputTokens,
          output_tokens_details: { thinking_tokens: usage.reasoningTokens },
        },
      }),
      anthropicFrame("message_stop", {}),
    ],
  };
}
