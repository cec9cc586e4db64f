import { unreachable } from "../../lib/assert.ts";
import type { Message, Part } from "../../schema/message.ts";

/** Characters of one part. */
const partLengthMax = 2_000;

function shortened(text: string): string {
  return text.length <= partLengthMax
    ? text
    : `${text.slice(0, partLengthMax).toWellFormed()}… (${text.length} characters)`;
}

function partText(part: Part): string {
  switch (part.type) {
    case "text":
      return shortened(part.text);
    case "tool_call":
      return `[calls ${part.name} ${shortened(part.input)}]`;
    case "tool_result":
      return `[${part.isError ? "failure" : "result"} of ${part.name}: ${shortened(part.content)}]`;
    case "shell_command":
      return `[ran: ${shortened(part.command)}, exit code ${part.exitCode}: ${shortened(part.output)}]`;
    case "binary":
    case "image_url":
      return "[an attachment]";
    case "finish":
      return part.reason === "canceled"
        ? "[canceled]"
        : part.reason === "error"
          ? `[failed: ${part.message ?? ""}]`
          : "";
    case "reasoning":
    case "unknown":
      return "";
    default:
      return unreachable(part);
  }
}

/** A message as another session's model reads it: who, and what was said and done, without reasoning. */
export function messageText(message: Message): string {
  const who = message.role === "user" ? "Person" : message.role === "tool" ? "Tool" : "Assistant";
  if (message.unreadable !== null) return `${who}: [unreadable]`;
  const texts = message.parts.map(partText).filter((text) => text !== "");
  return `${who}: ${texts.join("\n")}`;
}
