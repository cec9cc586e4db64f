import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unusedPort } from "../../test/harness/unused-port.ts";
import { sampleSettings } from "../../test/providers/sample-request.ts";
import { classifyFailure } from "./classify-failure.ts";
import type { ModelFailure, ModelFailureKind } from "./provider.ts";
import { AnswerIsNoStreamError } from "./wire-errors.ts";

const key = "sk-secret-0123456789";
const settings = sampleSettings({
  name: "Acme",
  id: "acme",
  apiKey: key,
  keyVariable: "ACME_API_KEY",
  baseUrl: "https://acme.example/v1",
  extraHeaders: { authorization: "Bearer another-secret-token" },
});

function classify(error: unknown, changes: Partial<typeof settings> = {}): ModelFailure {
  return classifyFailure(error, {
    settings: { ...settings, ...changes },
    modelId: "acme-1",
    isAborted: false,
    isAnswered: true,
  });
}

/** What comes of a request before anything has answered. */
async function classifyUnanswered(address: string, headers: Record<string, string>): Promise<ModelFailure> {
  const error: unknown = await fetch(address, { headers }).catch((reason: unknown) => reason);
  return classifyFailure(error, { settings, modelId: "acme-1", isAborted: false, isAnswered: false });
}

/** An error as the AI SDK's packages throw it. */
function refused(statusCode: number, body: unknown, headers: Record<string, string> = {}): Error {
  const responseBody = typeof body === "string" ? body : JSON.stringify(body);
  return Object.assign(new Error("refused"), {
    name: "AI_APICallError",
    statusCode,
    responseBody,
    responseHeaders: headers,
  });
}

const wordings: readonly (readonly [string, number, unknown, ModelFailureKind])[] = [
  ["OpenAI, context", 400, { error: { code: "context_length_exceeded", message: "too long" } }, "context-too-long"],
  [
    "Anthropic, context",
    400,
    { type: "error", error: { type: "invalid_request_error", message: "prompt is too long: 2 > 1" } },
    "context-too-long",
  ],
  [
    "Anthropic, context with the answer",
    400,
    { error: { message: "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000" } },
    "context-too-long",
  ],
  [
    "Anthropic, size",
    413,
    { type: "error", error: { type: "request_too_large", message: "Request exceeds the maximum size" } },
    "context-too-long",
  ],
  [
    "Google, context",
    400,
    {
      error: {
        code: 400,
        status: "INVALID_ARGUMENT",
        message: "The input token count (9) exceeds the maximum number of tokens allowed (8).",
      },
    },
    "context-too-long",
  ],
  [
    "OpenRouter, context",
    400,
    { error: { code: 400, message: "This endpoint's maximum context length is 8 tokens." } },
    "context-too-long",
  ],
  [
    "xAI, context",
    400,
    {
      code: "Client specified an invalid argument",
      error: "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
    },
    "context-too-long",
  ],
  [
    "llama.cpp, context",
    400,
    {
      error: {
        code: 400,
        type: "exceed_context_size_error",
        message: "the request exceeds the available context size",
      },
    },
    "context-too-long",
  ],
  [
    "LM Studio, context",
    400,
    {
      error:
        "Trying to keep the first 9000 tokens when context the overflows. Reduce the length of the prompt; context length is 4096",
    },
    "context-too-long",
  ],
  [
    "vLLM, context",
    400,
    {
      object: "error",
      message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
      code: 400,
    },
    "context-too-long",
  ],
  ["OpenAI, key", 401, { error: { code: "invalid_api_key", message: `Incorrect API key provided: ${key}.` } }, "auth"],
  [
    "Google, key",
    400,
    { error: { code: 400, status: "INVALID_ARGUMENT", message: "API key not valid. Please pass a valid API key." } },
    "auth",
  ],
  ["plain text, key", 401, "Unauthorized", "auth"],
  [
    "OpenAI, quota",
    429,
    {
      error: {
        type: "insufficient_quota",
        code: "insufficient_quota",
        message: "You exceeded your current quota, please check your plan and billing details.",
      },
    },
    "quota",
  ],
  ["DeepSeek, quota", 402, { error: { message: "Insufficient Balance" } }, "quota"],
  ["OpenRouter, quota", 402, { error: { code: 402, message: "This request requires more credits" } }, "quota"],
  [
    "Anthropic, quota",
    400,
    { error: { type: "invalid_request_error", message: "Your credit balance is too low" } },
    "quota",
  ],
  [
    "Groq, rate",
    429,
    {
      error: { type: "tokens", code: "rate_limit_exceeded", message: "Rate limit reached. Please try again in 7.66s." },
    },
    "rate-limited",
  ],
  [
    "Anthropic, overloaded",
    529,
    { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    "overloaded",
  ],
  ["a proxy", 502, "<html><body>Bad Gateway</body></html>", "overloaded"],
  ["Ollama, model", 404, { error: { message: 'model "llama9" not found, try pulling it first' } }, "model-not-found"],
  ["OpenRouter, model", 400, { error: { code: 400, message: "acme/none is not a valid model ID" } }, "model-not-found"],
  ["FastAPI, fields", 422, { detail: "messages: field required" }, "invalid-request"],
  ["a time-out", 408, "", "network"],
];

describe("failures of a request", () => {
  for (const [name, statusCode, body, kind] of wordings) {
    it(`tells ${kind} from what ${name} says`, () => {
      const failure = classify(refused(statusCode, body));
      assert.deepEqual([failure.kind, failure.statusCode], [kind, statusCode]);
      assert.equal(failure.isRetryable, ["rate-limited", "overloaded", "network"].includes(kind));
    });
  }

  it("masks the key and secret headers wherever they come back", () => {
    const failure = classify(refused(400, { error: { message: `bad ${key} and another-secret-token` } }));
    assert.equal(failure.message, "Acme refused the request (400): bad [key] and [key]");
  });

  it("shortens what the provider says", () => {
    const failure = classify(refused(400, { error: { message: `a\n${"b".repeat(5_000)}` } }));
    assert.equal(failure.details?.length, 2_000);
    assert.equal(failure.message, "Acme refused the request (400): a");
  });

  it("reads the wait from headers, Google's details and OpenAI's words", () => {
    const retryInfo = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.5s" };
    const limit = { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Slow down", details: [retryInfo] } };
    assert.equal(classify(refused(429, limit)).retryAfterMs, 34_500);
    assert.equal(classify(refused(429, limit, { "Retry-After": "2" })).retryAfterMs, 2_000);
    assert.equal(classify(refused(429, { error: { message: "try again in 812ms" } })).retryAfterMs, 812);
    assert.equal(classify(refused(429, { error: { message: "try again in 1.2s" } })).retryAfterMs, 1_200);
    assert.equal(classify(refused(429, {})).retryAfterMs, undefined);
  });

  it("says why a server cannot be reached, and whether another try makes sense", () => {
    const broken = (code: string): Error =>
      Object.assign(new Error("fetch failed"), {
        name: "AI_APICallError",
        cause: Object.assign(new Error("x"), { code }),
      });
    const local = { baseUrl: "http://127.0.0.1:11434/v1" };
    assert.deepEqual(classify(broken("ECONNREFUSED"), local), {
      kind: "network",
      message: "Cannot reach Acme at http://127.0.0.1:11434/v1: connection refused",
      details: "x",
      isRetryable: false,
    });
    assert.equal(classify(broken("ECONNREFUSED")).isRetryable, true);
    assert.equal(classify(broken("ENOTFOUND")).isRetryable, false);
    assert.match(classify(broken("ENOTFOUND")).message, /acme\.example.*host name not found/u);
    assert.equal(classify(broken("ECONNRESET")).isRetryable, true);
    assert.equal(classify(broken("CERT_HAS_EXPIRED")).isRetryable, false);
  });

  it("reads an error that came with status 200 as the error that it is", () => {
    const body = JSON.stringify({ error: { message: "Insufficient Balance", code: "insufficient_balance" } });
    assert.equal(classify(new AnswerIsNoStreamError(200, body)).kind, "quota");
  });

  it("names the address of a web page", () => {
    const failure = classify(new AnswerIsNoStreamError(200, "<!doctype html><title>Portal</title>"));
    assert.equal(failure.kind, "protocol");
    assert.match(failure.message, /web page at https:\/\/acme\.example\/v1: check base_url/u);
  });

  it("tells a chunk that is no JSON from one of an unknown shape", () => {
    const broken = Object.assign(new Error("x"), { name: "AI_JSONParseError", text: "{not" });
    const unknown = Object.assign(new Error("x"), { name: "AI_TypeValidationError", value: { choices: "none" } });
    assert.deepEqual([classify(broken).kind, classify(broken).isRetryable], ["protocol", true]);
    assert.deepEqual([classify(unknown).kind, classify(unknown).isRetryable], ["protocol", false]);
  });

  it("reads errors of other shapes in the middle of a stream", () => {
    const ollama = Object.assign(new Error("x"), {
      name: "AI_TypeValidationError",
      value: { error: "model runner overloaded" },
    });
    assert.equal(classify(ollama).kind, "overloaded");
    assert.equal(classify({ type: "overloaded_error", message: "Overloaded" }).kind, "overloaded");
    assert.equal(classify({ message: "Rate limit exceeded", code: 429 }).kind, "rate-limited");
    assert.equal(classify("upstream connection lost").kind, "network");
  });

  it("makes no more tries where the request can't even be sent, and says so without the key", async () => {
    const named = await classifyUnanswered("http://127.0.0.1:9", { "bad header": "x" });
    assert.deepEqual([named.kind, named.isRetryable], ["invalid-request", false]);
    assert.match(named.message, /^The request to Acme can't be sent: .*bad header/u);
    const broken = await classifyUnanswered("http://127.0.0.1:9", { "x-a": `${key}\nx: y` });
    assert.deepEqual([broken.kind, broken.isRetryable], ["invalid-request", false]);
    assert.ok(!broken.message.includes(key));
    assert.equal((await classifyUnanswered("ftp://127.0.0.1:9", {})).isRetryable, false);
    const refusedConnection = await classifyUnanswered(`http://127.0.0.1:${String(await unusedPort())}`, {});
    assert.deepEqual([refusedConnection.kind, refusedConnection.isRetryable], ["network", true]);
    assert.deepEqual([classify(new TypeError("x")).kind, classify(new TypeError("x")).isRetryable], ["protocol", true]);
  });

  it("is an abort where the signal says so, whatever was thrown", () => {
    const failure = classifyFailure(new Error("x"), {
      settings,
      modelId: "acme-1",
      isAborted: true,
      isAnswered: false,
    });
    assert.deepEqual(failure, { kind: "aborted", message: "Canceled", isRetryable: false });
  });
});
