/** The error form of OpenAI's interfaces, and its wording. */
import type { BodyProblem } from "./request-check.ts";
import type { ScriptedError } from "./script.ts";
import type { ErrorAnswer, Refusal } from "./wire-server.ts";

type ErrorFields = {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
};

export const openaiErrors: Readonly<Record<ScriptedError, ErrorFields>> = {
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

export function openaiErrorJson({ message, type, code }: ErrorFields, param: string | null): string {
  return JSON.stringify({ error: { message, type, param, code } });
}

export function openaiWording(problem: BodyProblem): string {
  if (problem.kind === "unknown") return `Unrecognized request argument supplied: ${problem.field}`;
  if (problem.kind === "missing") return `Missing required parameter: '${problem.field}'.`;
  return `Invalid value for '${problem.field}': ${problem.message}`;
}

export function refuseAsOpenai({ status, message, field }: Refusal): ErrorAnswer {
  const code = status === 401 ? "invalid_api_key" : null;
  return { status, body: openaiErrorJson({ status, message, type: "invalid_request_error", code }, field ?? null) };
}
