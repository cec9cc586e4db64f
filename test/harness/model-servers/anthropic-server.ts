/** A validating stand-in for Anthropic's Messages, from its public API reference. */
import type { JsonObject } from "../../../src/lib/json.ts";
import { anthropicProblem } from "./anthropic-check.ts";
import { anthropicBodySchema } from "./anthropic-schema.ts";
import { anthropicFrame, encodeAnthropicStep } from "./anthropic-stream.ts";
import { keyRefusal } from "./key-check.ts";
import { bearerKey, bodyProblem, objectsOf, refusal, textOf } from "./request-check.ts";
import type { BodyProblem } from "./request-check.ts";
import type { LoggedMessage, ScriptedError } from "./script.ts";
import type { SettledStep, WireServer, WireServerOptions } from "./wire-server.ts";

interface ErrorFields {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const errors: Readonly<Record<ScriptedError, ErrorFields>> = {
  auth: { status: 401, type: "authentication_error", message: "invalid x-api-key" },
  quota: {
    status: 400,
    type: "invalid_request_error",
    message: "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.",
  },
  "rate-limited": {
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed your organization's rate limit of 50 requests per minute.",
  },
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded" },
  "server-error": { status: 500, type: "api_error", message: "Internal server error" },
  "context-too-long": {
    status: 400,
    type: "invalid_request_error",
    message: "prompt is too long: 205013 tokens > 200000 maximum",
  },
  "model-not-found": { status: 404, type: "not_found_error", message: "model: nothing" },
  "invalid-request": { status: 400, type: "invalid_request_error", message: "max_tokens: must be greater than 0" },
};

function errorJson({ type, message }: ErrorFields): string {
  return JSON.stringify({ type: "error", error: { type, message }, request_id: "req_scripted" });
}

export function anthropicServer(options: WireServerOptions): WireServer {
  const sentByCallId = new Map<string, SettledStep>();
  return {
    ping: anthropicFrame("ping", {}),
    isStreamPath: (path) => path.endsWith("/v1/messages"),
    modelOf: (_path, body) => textOf(body["model"]),
    checkHeaders: (headers) => {
      if (headers["anthropic-version"] !== "2023-06-01") return refusal("anthropic-version: header is required");
      const key = headers["x-api-key"];
      return keyRefusal(typeof key === "string" ? key : bearerKey(headers.authorization), options);
    },
    check: (body) => {
      const problem = bodyProblem(anthropicBodySchema, body);
      return problem === null ? anthropicProblem(body, sentByCallId) : refusal(wording(problem), problem.field);
    },
    conversation,
    newCallId: (random) => `toolu_${random.letters(24)}`,
    encode: (step) => {
      for (const block of step.blocks) if (block.kind === "tool-call") sentByCallId.set(block.id, step);
      return encodeAnthropicStep(step);
    },
    refuse: ({ status, message }) => {
      const type =
        status === 401 ? "authentication_error" : status === 404 ? "not_found_error" : "invalid_request_error";
      return { status, body: errorJson({ status, type, message }) };
    },
    fail: (error) => ({ status: errors[error].status, body: errorJson(errors[error]) }),
    failMidway: (error) => `event: error\ndata: ${errorJson(errors[error])}\n\n`,
  };
}

function wording({ kind, field, message }: BodyProblem): string {
  if (kind === "unknown") return `${field}: Extra inputs are not permitted`;
  return kind === "missing" ? `${field}: Field required` : `${field}: ${message}`;
}

function conversation(body: JsonObject): LoggedMessage[] {
  const system = textIn(body["system"]);
  const messages = objectsOf(body["messages"]).flatMap(loggedMessages);
  return system === "" ? messages : [{ role: "system", text: system, images: 0, calls: [], callId: null }, ...messages];
}

/** Results stand in a message of the user's here; they are logged as messages of their own, as elsewhere. */
function loggedMessages(message: JsonObject): LoggedMessage[] {
  const blocks = typeof message["content"] === "string" ? [] : objectsOf(message["content"]);
  const results = blocks.filter(({ type }) => type === "tool_result");
  const others = blocks.filter(({ type }) => type !== "tool_result");
  const isOnlyResults = others.length === 0 && results.length > 0;
  const own: LoggedMessage = {
    role: message["role"] === "assistant" ? "assistant" : "user",
    text: typeof message["content"] === "string" ? message["content"] : textIn(others),
    images: imagesIn(others),
    calls: others.flatMap((block) =>
      block["type"] === "tool_use"
        ? [{ id: textOf(block["id"]), name: textOf(block["name"]), input: block["input"] ?? null }]
        : [],
    ),
    callId: null,
  };
  return [...results.map(loggedResult), ...(isOnlyResults ? [] : [own])];
}

function loggedResult(block: JsonObject): LoggedMessage {
  const { content } = block;
  const text = typeof content === "string" ? content : textIn(content);
  return { role: "tool", text, images: imagesIn(objectsOf(content)), calls: [], callId: textOf(block["tool_use_id"]) };
}

function textIn(content: JsonObject[string] | undefined): string {
  if (typeof content === "string") return content;
  return objectsOf(content)
    .map((block) => textOf(block["text"]))
    .join("");
}

function imagesIn(blocks: readonly JsonObject[]): number {
  return blocks.filter(({ type }) => type === "image").length;
}
