/**
 * A validating stand-in for Chat Completions, from OpenAI's API reference and, for the dialects, the public references
 * of OpenRouter (reasoning_details, usage.cost), DeepSeek (reasoning_content) and xAI (reasoning outside completion).
 */
import type { JsonObject } from "../../../src/lib/json.ts";
import { isJsonObject, parseJson } from "../../../src/lib/json.ts";
import { keyRefusal } from "./key-check.ts";
import { chatProblem } from "./openai-chat-check.ts";
import type { SentChatStep } from "./openai-chat-check.ts";
import { chatBodySchema } from "./openai-chat-schema.ts";
import { detailsOf, encodeChatStep } from "./openai-chat-stream.ts";
import { openaiErrors, openaiErrorJson, openaiWording, refuseAsOpenai } from "./openai-errors.ts";
import { bearerKey, bodyProblem, objectsOf, refusal, textOf } from "./request-check.ts";
import type { ChatDialect, LoggedMessage } from "./script.ts";
import type { WireServer, WireServerOptions } from "./wire-server.ts";

export function openaiChatServer(options: WireServerOptions & { readonly dialect?: ChatDialect }): WireServer {
  const dialect = options.dialect ?? "compatible";
  const schema = chatBodySchema(dialect);
  const sentByCallId = new Map<string, SentChatStep>();
  return {
    ping: dialect === "openrouter" ? ": OPENROUTER PROCESSING\n\n" : ": keep-alive\n\n",
    isStreamPath: (path) => path.endsWith("/chat/completions"),
    modelOf: (_path, body) => textOf(body["model"]),
    checkHeaders: (headers) => keyRefusal(bearerKey(headers.authorization), options),
    check: (body) => {
      const problem = bodyProblem(schema, body);
      return problem === null
        ? chatProblem(body, { dialect, sentByCallId })
        : refusal(openaiWording(problem), problem.field);
    },
    conversation,
    newCallId: (random) => `call_${random.letters(24)}`,
    encode: (step) => {
      for (const block of step.blocks) {
        if (block.kind === "tool-call") sentByCallId.set(block.id, { step, details: detailsOf(step) });
      }
      return encodeChatStep(step, dialect);
    },
    refuse: refuseAsOpenai,
    fail: (error) => ({ status: openaiErrors[error].status, body: openaiErrorJson(openaiErrors[error], null) }),
    failMidway: (error) => `data: ${openaiErrorJson(openaiErrors[error], null)}\n\n`,
  };
}

function conversation(body: JsonObject): LoggedMessage[] {
  return objectsOf(body["messages"]).map((message) => {
    const { content } = message;
    const parts = objectsOf(content);
    return {
      role: textOf(message["role"]) as LoggedMessage["role"],
      text: typeof content === "string" ? content : parts.map((part) => textOf(part["text"])).join(""),
      images: parts.filter((part) => part["type"] === "image_url").length,
      calls: objectsOf(message["tool_calls"]).map((call) => {
        const made = isJsonObject(call["function"]) ? call["function"] : {};
        return {
          id: textOf(call["id"]),
          name: textOf(made["name"]),
          input: parseJson(textOf(made["arguments"])) ?? null,
        };
      }),
      callId: message["role"] === "tool" ? textOf(message["tool_call_id"]) : null,
    };
  });
}
