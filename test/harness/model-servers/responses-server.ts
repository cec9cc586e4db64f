/** A validating stand-in for OpenAI's Responses, from its public API reference. */
import type { JsonObject } from "../../../src/lib/json.ts";
import { parseJson } from "../../../src/lib/json.ts";
import { keyRefusal } from "./key-check.ts";
import { openaiErrors, openaiErrorJson, openaiWording, refuseAsOpenai } from "./openai-errors.ts";
import { bearerKey, bodyProblem, objectsOf, refusal, textOf } from "./request-check.ts";
import { responsesProblem } from "./responses-check.ts";
import type { SentResponse } from "./responses-check.ts";
import { responsesBodySchema } from "./responses-schema.ts";
import { reasoningIdOf, ResponsesEncoder } from "./responses-stream.ts";
import type { LoggedMessage, ScriptedError } from "./script.ts";
import type { SettledStep, WireServer, WireServerOptions } from "./wire-server.ts";

export function openaiResponsesServer(options: WireServerOptions): WireServer {
  const sentByCallId = new Map<string, SentResponse>();
  return {
    ping: ": keep-alive\n\n",
    isStreamPath: (path) => path.endsWith("/responses"),
    modelOf: (_path, body) => textOf(body["model"]),
    checkHeaders: (headers) => keyRefusal(bearerKey(headers.authorization), options),
    check: (body) => {
      const problem = bodyProblem(responsesBodySchema, body);
      return problem === null ? responsesProblem(body, sentByCallId) : refusal(openaiWording(problem), problem.field);
    },
    conversation,
    newCallId: (random) => `call_${random.letters(24)}`,
    encode: (step, body) => {
      remember(step, { body, sentByCallId });
      return new ResponsesEncoder(step);
    },
    refuse: refuseAsOpenai,
    fail: (error) => ({ status: openaiErrors[error].status, body: openaiErrorJson(openaiErrors[error], null) }),
    failMidway,
  };
}

/** Encrypted reasoning is demanded back where it was asked for. */
function remember(
  step: SettledStep,
  { body, sentByCallId }: { readonly body: JsonObject; readonly sentByCallId: Map<string, SentResponse> },
): void {
  const isEncrypted = JSON.stringify(body["include"] ?? []).includes("reasoning.encrypted_content");
  const reasoningIds = step.blocks.flatMap((block, index) =>
    block.kind === "reasoning" && isEncrypted ? [reasoningIdOf(block, index)] : [],
  );
  for (const block of step.blocks) if (block.kind === "tool-call") sentByCallId.set(block.id, { step, reasoningIds });
}

/** A failed response, or the bare error event: both occur. */
function failMidway(error: ScriptedError): string {
  const { message, code, type } = openaiErrors[error];
  const sequence = { sequence_number: 999 };
  if (error !== "rate-limited") {
    return `event: error\ndata: ${JSON.stringify({ type: "error", ...sequence, code: code ?? type, message, param: null })}\n\n`;
  }
  const response = { id: "resp_scripted", object: "response", status: "failed", error: { code, message } };
  return `event: response.failed\ndata: ${JSON.stringify({ type: "response.failed", ...sequence, response })}\n\n`;
}

/** Neighbouring items of the model are one message, as the step was. */
function conversation(body: JsonObject): LoggedMessage[] {
  const messages: LoggedMessage[] = [];
  for (const item of objectsOf(body["input"])) {
    const logged = loggedMessage(item);
    const last = messages.at(-1);
    if (logged.role === "assistant" && last?.role === "assistant") {
      messages[messages.length - 1] = {
        ...last,
        text: last.text + logged.text,
        calls: [...last.calls, ...logged.calls],
      };
    } else {
      messages.push(logged);
    }
  }
  return messages;
}

function loggedMessage(item: JsonObject): LoggedMessage {
  const empty = { text: "", images: 0, calls: [], callId: null };
  if (item["type"] === "reasoning") return { ...empty, role: "assistant" };
  if (item["type"] === "function_call") {
    const input = parseJson(textOf(item["arguments"])) ?? null;
    return { ...empty, role: "assistant", calls: [{ id: textOf(item["call_id"]), name: textOf(item["name"]), input }] };
  }
  const isOutput = item["type"] === "function_call_output";
  const content = isOutput ? item["output"] : item["content"];
  const parts = objectsOf(content);
  const roles: Readonly<Record<string, LoggedMessage["role"]>> = { user: "user", assistant: "assistant" };
  return {
    ...empty,
    role: isOutput ? "tool" : (roles[textOf(item["role"])] ?? "system"),
    text: typeof content === "string" ? content : parts.map((part) => textOf(part["text"])).join(""),
    images: parts.filter(({ type }) => type === "input_image").length,
    callId: isOutput ? textOf(item["call_id"]) : null,
  };
}
