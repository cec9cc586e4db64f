/** Rows of steps, as turns write them and as they are written for turns that died. */
import type { ToolCall } from "../agent/ports.ts";
import type { SessionId } from "../schema/ids.ts";
import type { Message, Part, ToolResultPart } from "../schema/message.ts";
import { promptTokens } from "../schema/usage.ts";
import type { UsageRecord } from "../schema/usage.ts";
import type { WriteHandle } from "../store/handle.ts";
import { insertMessage } from "../store/messages.ts";
import { addSessionUsage } from "../store/sessions.ts";
import { insertUsage } from "../store/usage-ledger.ts";
import type { ToolResult } from "../tools/tool.ts";
import { maskPart } from "./mask-content.ts";

export interface NewResult {
  readonly sessionId: SessionId;
  readonly call: Pick<ToolCall, "id" | "name">;
  readonly result: ToolResult;
  readonly secrets: readonly string[];
  /** See NewMessage. */
  readonly createdAt?: number;
}

export function insertResult(tx: WriteHandle, { sessionId, call, result, secrets, createdAt }: NewResult): Message {
  const part: ToolResultPart = {
    type: "tool_result",
    toolCallId: call.id,
    name: call.name,
    content: result.content,
    data: result.media?.data ?? "",
    mimeType: result.media?.mimeType ?? "",
    metadata: result.metadata === undefined ? "" : JSON.stringify(result.metadata),
    isError: result.isError,
  };
  return insertMessage(tx, {
    sessionId,
    role: "tool",
    parts: maskParts([part], secrets),
    ...(createdAt === undefined ? {} : { createdAt }),
  });
}

export function maskParts(parts: readonly Part[], secrets: readonly string[]): Part[] {
  return parts.map((part) => maskPart(part, secrets));
}

/** The ledger row, and Crush's own columns as it expects them: the last step's gauge and the growing cost. */
export function bookRequest(tx: WriteHandle, row: UsageRecord): void {
  insertUsage(tx, row);
  const isGauge = row.purpose === "turn" && row.outcome === "ok";
  addSessionUsage(tx, row.sessionId as SessionId, {
    costUsd: row.costUsd ?? 0,
    ...(isGauge ? { promptTokens: promptTokens(row.usage), completionTokens: row.usage.outputTokens } : {}),
  });
}
