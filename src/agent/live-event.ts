import type { ModelEvent } from "../providers/provider.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { LiveEvent } from "../schema/session-event.ts";

/** What watchers are told of an event of a model's stream; null: nothing. */
export function liveEvent(
  event: ModelEvent,
  { sessionId, messageId }: { readonly sessionId: SessionId; readonly messageId: MessageId },
): LiveEvent | null {
  switch (event.type) {
    case "request-wait":
    case "request-start":
      return { type: event.type, sessionId, messageId };
    case "text-delta":
    case "reasoning-delta":
      return { type: event.type, sessionId, messageId, text: event.text };
    case "tool-call-start":
      return { type: event.type, sessionId, messageId, toolCallId: event.toolCallId, name: event.name };
    case "tool-call-delta":
      return { type: event.type, sessionId, messageId, toolCallId: event.toolCallId, inputText: event.inputText };
    case "tool-call-end":
      return {
        type: event.type,
        sessionId,
        messageId,
        toolCallId: event.toolCallId,
        name: event.name,
        input: event.input,
      };
    default:
      return null;
  }
}
