import { asToolCallId } from "../schema/ids.ts";
import type { ToolCallId } from "../schema/ids.ts";
import type { ModelMessage } from "../schema/model-request.ts";

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;

/** Ids that every provider takes as they are. */
const safeCallId = /^[a-zA-Z0-9_-]{1,64}$/u;
/** Leaves room for a number that makes the id unique. */
const baseLengthMax = 56;

/**
 * The conversation with call ids that any provider accepts, in calls and results alike. Those of the steps
 * that keep them stay as they are: some models demand their own form back. Ids are unique in a request, and stay so.
 */
export function withSafeCallIds(
  messages: readonly ModelMessage[],
  keepsIds: (message: AssistantMessage) => boolean,
): readonly ModelMessage[] {
  const renamed = newIds(messages, keepsIds);
  if (renamed.size === 0) return messages;
  const current = (id: ToolCallId): ToolCallId => renamed.get(id) ?? id;
  return messages.map((message): ModelMessage => {
    if (message.role === "user") return message;
    if (message.role === "tool") {
      const results = message.results.map((result) => ({ ...result, toolCallId: current(result.toolCallId) }));
      return { ...message, results };
    }
    const blocks = message.blocks.map((block) =>
      block.kind === "tool-call" ? { ...block, id: current(block.id) } : block,
    );
    return { ...message, blocks };
  });
}

/** By the old id; the same each time for the same conversation, so that prompt caches stay valid. */
function newIds(
  messages: readonly ModelMessage[],
  keepsIds: (message: AssistantMessage) => boolean,
): ReadonlyMap<ToolCallId, ToolCallId> {
  const used = new Set<string>();
  const foreign: ToolCallId[] = [];
  for (const message of messages) {
    if (message.role !== "assistant") continue;
    const isKept = keepsIds(message);
    for (const block of message.blocks) {
      if (block.kind !== "tool-call") continue;
      used.add(block.id);
      if (!isKept && !safeCallId.test(block.id)) foreign.push(block.id);
    }
  }
  return new Map(foreign.map((id) => [id, freshId(id, used)]));
}

function freshId(id: string, used: Set<string>): ToolCallId {
  const base = id.replaceAll(/[^a-zA-Z0-9_-]/gu, "_").slice(0, baseLengthMax) || "call";
  let fresh = base;
  for (let copy = 2; used.has(fresh); copy += 1) fresh = `${base}_${copy}`;
  used.add(fresh);
  return asToolCallId(fresh);
}
