import { unreachable } from "../../lib/assert.ts";
import { parseJson } from "../../lib/json.ts";
import type { Message, Part } from "../../schema/message.ts";
import { formatRfc3339 } from "../format-time.ts";

type Json = Readonly<Record<string, unknown>>;

/** Crush leaves out what is empty, false or zero. */
function present(all: Json): Json {
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && value !== "" && value !== 0 && value !== false),
  );
}

/** Bytes that standard base64 stands for. */
function sizeBytes(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : Number(base64.endsWith("="));
  return Math.max(0, (base64.length / 4) * 3 - padding);
}

function members(part: Part): Json {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "reasoning":
      return { thinking: part.thinking, started_at: part.startedAt, finished_at: part.finishedAt };
    case "image_url":
      return { url: part.url, detail: part.detail };
    case "binary":
      return { mime_type: part.mimeType, size: sizeBytes(part.data), path: part.path };
    case "tool_call":
      return { tool_call_id: part.id, name: part.name, input: part.input };
    case "tool_result":
      return {
        tool_call_id: part.toolCallId,
        name: part.name,
        content: part.content,
        is_error: part.isError,
        mime_type: part.mimeType,
        metadata: part.metadata === "" ? undefined : (parseJson(part.metadata) ?? part.metadata),
      };
    case "finish":
      return { reason: part.reason, time: part.time, message: part.message, details: part.details };
    case "shell_command":
      return { command: part.command, output: part.output, exit_code: part.exitCode };
    case "unknown":
      return { original_type: part.originalType };
    default:
      return unreachable(part);
  }
}

/** A part as `session show --json` and `run --format stream-json` print it: Crush's flat shape, with ours added. */
function partJson(part: Part): Json {
  const own = members(part);
  return { type: part.type, ...(part.type === "shell_command" ? own : present(own)) };
}

export function messageJson(message: Message): Json {
  return {
    id: message.id,
    role: message.role,
    created: formatRfc3339(message.createdAt),
    ...(message.model !== "" && { model: message.model }),
    ...(message.provider !== null && message.provider !== "" && { provider: message.provider }),
    parts: message.parts.map((part) => partJson(part)),
    ...(message.isSummary && { is_summary: true }),
    ...(message.unreadable !== null && { unreadable: message.unreadable }),
  };
}
