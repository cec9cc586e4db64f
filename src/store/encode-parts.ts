import { assert, unreachable } from "../lib/assert.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { Part } from "../schema/message.ts";

/**
 * The strict writer of `messages.parts`: what it returns, Crush can read. A message that breaks the format's rules is a
 * bug (AssertionError): more than one text or reasoning part, a finish part that is not the last, a fraction of a second,
 * data that is not base64.
 */
export function encodeParts(parts: readonly Part[]): string {
  assert(countOf(parts, "text") <= 1, "a message has at most one text part");
  assert(countOf(parts, "reasoning") <= 1, "a message has at most one reasoning part");
  const finishAt = parts.findIndex((part) => part.type === "finish");
  assert(finishAt === -1 || finishAt === parts.length - 1, "the finish part is the last");
  return JSON.stringify(parts.map(encodePart));
}

function countOf(parts: readonly Part[], type: Part["type"]): number {
  return parts.filter((part) => part.type === type).length;
}

function encodePart(part: Part): JsonValue {
  if (part.type === "unknown") return part.raw;
  return { type: part.type, data: dataOf(part) };
}

function dataOf(part: Exclude<Part, { type: "unknown" }>): JsonObject {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "reasoning":
      return {
        thinking: part.thinking,
        signature: part.signature,
        thought_signature: part.thoughtSignature,
        tool_id: part.toolId,
        responses_data: part.responsesData,
        ...seconds("started_at", part.startedAt),
        ...seconds("finished_at", part.finishedAt),
      };
    case "image_url":
      return { url: part.url, ...filled("detail", part.detail) };
    case "binary":
      return { Path: part.path, MIMEType: part.mimeType, Data: base64(part.data) };
    case "tool_call":
      return {
        id: part.id,
        name: part.name,
        input: part.input,
        provider_executed: part.providerExecuted,
        finished: part.finished,
      };
    case "tool_result":
      return {
        tool_call_id: part.toolCallId,
        name: part.name,
        content: part.content,
        data: base64(part.data),
        mime_type: part.mimeType,
        metadata: part.metadata,
        is_error: part.isError,
      };
    case "finish":
      return {
        reason: part.reason,
        time: integer(part.time, "a finish part's time"),
        ...filled("message", part.message),
        ...filled("details", part.details),
      };
    case "shell_command":
      return {
        command: part.command,
        output: part.output,
        exit_code: integer(part.exitCode, "an exit code"),
      };
    default:
      return unreachable(part);
  }
}

function integer(value: number, what: string): number {
  assert(Number.isSafeInteger(value), `${what} is an integer`);
  return value;
}

function seconds(name: string, value: number | undefined): JsonObject {
  return value === undefined || value === 0 ? {} : { [name]: integer(value, name) };
}

function filled(name: string, value: string | undefined): JsonObject {
  return value === undefined || value === "" ? {} : { [name]: value };
}

function base64(data: string): string {
  assert(data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/u.test(data), "data is standard padded base64");
  return data;
}
