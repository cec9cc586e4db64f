import type { SessionId } from "../schema/ids.ts";
import type { FinishPart, FinishReason } from "../schema/message.ts";
import type { ReadHandle } from "../store/handle.ts";
import { lastAssistantMessage } from "../store/message-pages.ts";

const finishReasons: readonly FinishReason[] = ["end_turn", "max_tokens", "canceled", "error", "content_filter"];

/** How the session's last turn has ended, as its rows tell. */
export function endOfTurn(
  handle: ReadHandle,
  sessionId: SessionId,
): { readonly reason: FinishReason; readonly finish: FinishPart | undefined } {
  const finish = lastAssistantMessage(handle, sessionId)?.parts.find((part) => part.type === "finish");
  return { reason: finishReasons.find((known) => known === finish?.reason) ?? "unknown", finish };
}
