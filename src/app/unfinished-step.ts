import { AppError } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ReadHandle } from "../store/handle.ts";
import { lastAssistantMessage, messagesFrom } from "../store/message-pages.ts";

/**
 * Throws session-unfinished where the session's last step has no end or a call without a result. Ours are settled when
 * they die: so another program is at work there, or was when it died; which of the two, nobody can tell from here.
 */
export function requireFinishedStep(handle: ReadHandle, sessionId: SessionId): void {
  const last = lastAssistantMessage(handle, sessionId);
  if (last === null || last.unreadable !== null) return;
  const rows = messagesFrom(handle, sessionId, last.id);
  const answered = new Set(
    rows.flatMap(({ parts }) => parts.flatMap((part) => (part.type === "tool_result" ? [part.toolCallId] : []))),
  );
  const hasEnd = last.parts.some((part) => part.type === "finish");
  const isAnswered = last.parts.every((part) => part.type !== "tool_call" || answered.has(part.id));
  if (hasEnd && isAnswered) return;
  throw new AppError(
    "session-unfinished",
    "another program may be at work in this session: its last step is unfinished",
    {
      hint: "wait for it, or send a prompt twice to go on all the same (run: --anyway)",
    },
  );
}
