import { isJsonObject, parseJson } from "../lib/json.ts";
import type { JsonValue } from "../lib/json.ts";
import { asToolCallId } from "../schema/ids.ts";
import type { FinishPart, Part } from "../schema/message.ts";
import { FieldReader } from "./field-reader.ts";

export type DecodedParts =
  | { readonly kind: "parts"; readonly parts: readonly Part[] }
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * The tolerant reader of `messages.parts`: any JSON escaping, extra fields, missing optional fields; a part of an unknown
 * type is kept as it stands. What Crush itself could not read makes the whole row unreadable.
 */
export function decodeParts(text: string): DecodedParts {
  const json = parseJson(text);
  if (json === undefined) return { kind: "unreadable", reason: "its parts are not valid JSON" };
  if (json === null) return { kind: "parts", parts: [] };
  if (!Array.isArray(json)) return { kind: "unreadable", reason: "its parts are not a list" };
  const parts: Part[] = [];
  for (const [index, item] of json.entries()) {
    const number = index + 1;
    const type = isJsonObject(item) ? item["type"] : undefined;
    if (!isJsonObject(item) || typeof type !== "string") {
      return { kind: "unreadable", reason: `part ${String(number)} has no type` };
    }
    const decode = Object.hasOwn(decoders, type) ? decoders[type] : undefined;
    if (decode === undefined) {
      parts.push({ type: "unknown", originalType: type, raw: item });
      continue;
    }
    const fields = new FieldReader(item["data"], { type, number });
    parts.push(decode(fields));
    if (fields.problem !== null) return { kind: "unreadable", reason: fields.problem };
  }
  return { kind: "parts", parts };
}

const decoders: Readonly<Record<string, (fields: FieldReader) => Part>> = {
  text: (fields) => ({ type: "text", text: fields.text("text") }),
  reasoning: (fields) => ({
    type: "reasoning",
    thinking: fields.text("thinking"),
    signature: fields.text("signature"),
    thoughtSignature: fields.text("thought_signature"),
    toolId: fields.text("tool_id"),
    responsesData: fields.any("responses_data"),
    ...optional("startedAt", fields.integer("started_at")),
    ...optional("finishedAt", fields.integer("finished_at")),
  }),
  image_url: (fields) => ({
    type: "image_url",
    url: fields.text("url"),
    ...optional("detail", fields.text("detail")),
  }),
  binary: (fields) => ({
    type: "binary",
    path: fields.text("Path"),
    mimeType: fields.text("MIMEType"),
    data: fields.text("Data"),
  }),
  tool_call: (fields) => ({
    type: "tool_call",
    id: asToolCallId(fields.text("id")),
    name: fields.text("name"),
    input: fields.text("input"),
    providerExecuted: fields.flag("provider_executed"),
    finished: fields.flag("finished"),
  }),
  tool_result: (fields) => ({
    type: "tool_result",
    toolCallId: asToolCallId(fields.text("tool_call_id")),
    name: fields.text("name"),
    content: fields.text("content"),
    data: fields.text("data"),
    mimeType: fields.text("mime_type"),
    metadata: fields.text("metadata"),
    isError: fields.flag("is_error"),
  }),
  finish: (fields) => {
    const part: FinishPart = { type: "finish", reason: fields.text("reason"), time: fields.integer("time") };
    const message = fields.text("message");
    const details = fields.text("details");
    // Each row has one; nearly none has these.
    if (message === "" && details === "") return part;
    return { ...part, ...optional("message", message), ...optional("details", details) };
  },
  shell_command: (fields) => ({
    type: "shell_command",
    command: fields.text("command"),
    output: fields.text("output"),
    exitCode: fields.integer("exit_code"),
  }),
};

/** Crush leaves an optional field out where it is empty; so an empty one counts as absent. */
function optional<Name extends string, Value extends JsonValue>(
  name: Name,
  value: Value,
): Partial<Record<Name, Value>> {
  return value === "" || value === 0 ? {} : ({ [name]: value } as Record<Name, Value>);
}
