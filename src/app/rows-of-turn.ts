import type { Message } from "../schema/message.ts";

/**
 * The rows of the turn that comes last, its prompt first. What was said to it while it ran is among them: that stands behind
 * a step which goes on.
 */
export function rowsOfLastTurn(messages: readonly Message[]): readonly Message[] {
  const begin = messages.findLastIndex((message, place) => beginsTurn(message, messages.slice(0, place)));
  return messages.slice(Math.max(0, begin));
}

function beginsTurn({ role, parts }: Message, before: readonly Message[]): boolean {
  if (role !== "user" || parts.some(({ type }) => type === "shell_command")) return false;
  const step = before.findLast((message) => message.role === "assistant");
  return step === undefined || !step.parts.some((part) => part.type === "finish" && part.reason === "tool_use");
}
