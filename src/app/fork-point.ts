import type { MessageId, ToolCallId } from "../schema/ids.ts";
import type { Part } from "../schema/message.ts";
import type { MessageOutline } from "../store/message-pages.ts";

export interface ForkPoint {
  /** How many of the messages, in display order, are taken. */
  readonly count: number;
  /** The last step was not finished, or a call of it has no result: it was left out as a whole. */
  readonly leftOutStep: boolean;
}

/**
 * Where a copy up to the message at `index` ends, so that what is copied is a whole conversation: a step goes with all
 * results of its calls or not at all.
 */
export function forkPoint(
  messages: readonly MessageOutline[],
  index: number,
  partsOf: (id: MessageId) => readonly Part[],
): ForkPoint {
  const step = messages.findLastIndex((message, position) => position <= index && message.role === "assistant");
  const message = messages[step];
  if (message === undefined) return { count: index + 1, leftOutStep: false };
  const answeredAt = whereAnswered(messages, step, partsOf);
  if (answeredAt !== null) return { count: Math.max(index, answeredAt) + 1, leftOutStep: false };
  // Another program's: the person spoke after it, and requests know how to treat it.
  const isFollowed = messages.slice(step + 1, index + 1).some(({ role }) => role === "user");
  return isFollowed ? { count: index + 1, leftOutStep: false } : { count: step, leftOutStep: true };
}

/** The index of the row that answers the step's last open call (its own where it has none); null: it isn't complete. */
function whereAnswered(
  messages: readonly MessageOutline[],
  step: number,
  partsOf: (id: MessageId) => readonly Part[],
): number | null {
  const partsAt = (index: number): readonly Part[] => {
    const message = messages[index];
    return message === undefined ? [] : partsOf(message.id);
  };
  const parts = partsAt(step);
  if (parts.at(-1)?.type !== "finish") return null;
  const open = new Set<ToolCallId>(parts.flatMap((part) => (part.type === "tool_call" ? [part.id] : [])));
  let last = step;
  for (let index = step + 1; open.size > 0; index += 1) {
    const role = messages[index]?.role;
    if (role === undefined || role === "assistant") return null;
    if (role !== "tool") continue;
    for (const part of partsAt(index)) {
      if (part.type === "tool_result" && open.delete(part.toolCallId)) last = index;
    }
  }
  return last;
}
