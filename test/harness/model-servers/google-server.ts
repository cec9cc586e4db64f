/** A validating stand-in for Gemini's streamGenerateContent, from its public API reference. */
import type { JsonObject } from "../../../src/lib/json.ts";
import { isJsonObject } from "../../../src/lib/json.ts";
import { googleProblem, partsOf } from "./google-check.ts";
import type { SentCall } from "./google-check.ts";
import { googleBodySchema } from "./google-schema.ts";
import { encodeGoogleStep, signatureOfCall } from "./google-stream.ts";
import { keyRefusal } from "./key-check.ts";
import { bodyProblem, objectsOf, refusal, textOf } from "./request-check.ts";
import type { LoggedMessage, ScriptedError } from "./script.ts";
import type { WireServer, WireServerOptions } from "./wire-server.ts";

interface ErrorFields {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly details?: readonly JsonObject[];
}

const quotaMessage = "You exceeded your current quota, please check your plan and billing details.";

function violation(quotaId: string): JsonObject {
  return { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId }] };
}

const badKey: ErrorFields = {
  code: 400,
  status: "INVALID_ARGUMENT",
  message: "API key not valid. Please pass a valid API key.",
  details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }],
};

const errors: Readonly<Record<ScriptedError, ErrorFields>> = {
  auth: badKey,
  quota: {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: quotaMessage,
    details: [violation("GenerateRequestsPerDayPerProjectPerModel-FreeTier")],
  },
  "rate-limited": {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: quotaMessage,
    details: [
      violation("GenerateRequestsPerMinutePerProjectPerModel"),
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.5s" },
    ],
  },
  overloaded: { code: 503, status: "UNAVAILABLE", message: "The model is overloaded. Please try again later." },
  "server-error": { code: 500, status: "INTERNAL", message: "An internal error has occurred." },
  "context-too-long": {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "The input token count (1200001) exceeds the maximum number of tokens allowed (1048576).",
  },
  "model-not-found": {
    code: 404,
    status: "NOT_FOUND",
    message: "models/nothing is not found for API version v1beta, or is not supported for generateContent.",
  },
  "invalid-request": { code: 400, status: "INVALID_ARGUMENT", message: "Request contains an invalid argument." },
};

function errorJson(error: ErrorFields): string {
  return JSON.stringify({ error });
}

const streamPath = /\/v1beta\/models\/([^/:]+):streamGenerateContent\?alt=sse$/u;

export function googleServer(options: WireServerOptions): WireServer {
  const sentByCallId = new Map<string, SentCall>();
  return {
    ping: ": keep-alive\r\n\r\n",
    isStreamPath: (path) => streamPath.test(path),
    modelOf: (path) => decodeURIComponent(streamPath.exec(path)?.[1] ?? ""),
    checkHeaders: (headers) => {
      const key = headers["x-goog-api-key"];
      const found = keyRefusal(typeof key === "string" ? key : null, options);
      if (found === null) return null;
      const isMissing = typeof key !== "string" || key === "";
      return isMissing
        ? { status: 403, message: found.message }
        : { status: 400, message: `${badKey.message} (${key})` };
    },
    check: (body) => {
      const problem = bodyProblem(googleBodySchema, body);
      if (problem === null) return googleProblem(body, sentByCallId);
      const words = { unknown: "Unknown name", missing: "Missing required field", invalid: "Invalid value at" };
      return refusal(`Invalid JSON payload received. ${words[problem.kind]} "${problem.field}": ${problem.message}`);
    },
    conversation,
    newCallId: (random) => random.letters(8),
    encode: (step) => {
      for (const [index, block] of step.blocks.entries()) {
        if (block.kind === "tool-call") sentByCallId.set(block.id, { step, signature: signatureOfCall(step, index) });
      }
      return encodeGoogleStep(step);
    },
    refuse: ({ status, message, field }) => {
      const names: Readonly<Record<number, string>> = { 403: "PERMISSION_DENIED", 404: "NOT_FOUND" };
      const words = field === undefined ? message : `* ${field}: ${message}`;
      const details = message.startsWith(badKey.message) ? { details: badKey.details ?? [] } : {};
      return {
        status,
        body: errorJson({ code: status, status: names[status] ?? "INVALID_ARGUMENT", message: words, ...details }),
      };
    },
    fail: (error) => ({ status: errors[error].code, body: errorJson(errors[error]) }),
    failMidway: (error) => `data: ${errorJson(errors[error])}\r\n\r\n`,
  };
}

function conversation(body: JsonObject): LoggedMessage[] {
  const empty = { images: 0, calls: [], callId: null };
  const system = isJsonObject(body["systemInstruction"]) ? textIn(body["systemInstruction"]) : "";
  const messages = objectsOf(body["contents"]).flatMap((content): LoggedMessage[] => {
    const responses = partsOf(content, "functionResponse").map((response): LoggedMessage => {
      const text = isJsonObject(response["response"]) ? response["response"] : {};
      const images = partsOf(response, "inlineData").length;
      return {
        ...empty,
        role: "tool",
        text: textOf(text["content"] ?? text["error"]),
        images,
        callId: textOf(response["id"]),
      };
    });
    const own: LoggedMessage = {
      role: content["role"] === "model" ? "assistant" : "user",
      text: textIn(content),
      images: partsOf(content, "inlineData").length,
      calls: partsOf(content, "functionCall").map((call) => ({
        id: textOf(call["id"]),
        name: textOf(call["name"]),
        input: call["args"] ?? null,
      })),
      callId: null,
    };
    const hasOwn = responses.length === 0 || own.text !== "" || own.images > 0;
    return [...responses, ...(hasOwn ? [own] : [])];
  });
  return system === "" ? messages : [{ ...empty, role: "system", text: system }, ...messages];
}

/** What is said aloud, thoughts left out. */
function textIn(content: JsonObject): string {
  return objectsOf(content["parts"])
    .filter((part) => part["thought"] !== true)
    .map((part) => textOf(part["text"]))
    .join("");
}
