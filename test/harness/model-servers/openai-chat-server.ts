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
import { bearerKey, bodyProblem, objectsOf, refusal, textOf } from "./request-check.ts";
import type { BodyProblem } from "./request-check.ts";
import type { ChatDialect, LoggedMessage, ScriptedError } from "./script.ts";
import type { ErrorAnswer, Refusal, WireServer, WireServerOptions } from "./wire-server.ts";

type ErrorFields = {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
};

const errors: Readonly<Record<ScriptedError, ErrorFields>> = {
  auth: { status: 401, message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" },
  quota: {
    status: 429,
    message: "You exceeded your current quota, please check your plan and billing details.",
    type: "insufficient_quota",
    code: "insufficient_quota",
  },
  "rate-limited": {
    status: 429,
    message: "Rate limit reached for requests.",
    type: "requests",
    code: "rate_limit_exceeded",
  },
  overloaded: {
    status: 503,
    message: "The engine is currently overloaded, please try again later.",
    type: "server_error",
    code: null,
  },
  "server-error": {
    status: 500,
    message: "The server had an error while processing your request.",
    type: "server_error",
    code: null,
  },
  "context-too-long": {
    status: 400,
    message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    type: "invalid_request_error",
    code: "context_length_exceeded",
  },
  "model-not-found": {
    status: 404,
    message: "The model `nothing` does not exist or you do not have access to it.",
    type: "invalid_request_error",
    code: "model_not_found",
  },
  "invalid-request": { status: 400, message: "Invalid value.", type: "invalid_request_error", code: null },
};

function errorJson({ message, type, code }: ErrorFields, param: string | null): string {
  return JSON.stringify({ error: { message, type, param, code } });
}

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
      return problem === null ? chatProblem(body, { dialect, sentByCallId }) : refusal(wording(problem), problem.field);
    },
    conversation,
    newCallId: (random) => `call_${random.letters(24)}`,
    encode: (step) => {
      for (const block of step.blocks) {
        if (block.kind === "tool-call") sentByCallId.set(block.id, { step, details: detailsOf(step) });
      }
      return encodeChatStep(step, dialect);
    },
    refuse,
    fail: (error) => ({ status: errors[error].status, body: errorJson(errors[error], null) }),
    failMidway: (error) => `data: ${errorJson(errors[error], null)}\n\n`,
  };
}

function wording(problem: BodyProblem): string {
  if (problem.kind === "unknown") return `Unrecognized request argument supplied: ${problem.field}`;
  if (problem.kind === "missing") return `Missing required parameter: '${problem.field}'.`;
  return `Invalid value for '${problem.field}': ${problem.message}`;
}

function refuse({ status, message, field }: Refusal): ErrorAnswer {
  const code = status === 401 ? "invalid_api_key" : null;
  return { status, body: errorJson({ status, message, type: "invalid_request_error", code }, field ?? null) };
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
