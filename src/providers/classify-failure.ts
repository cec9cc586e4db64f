import type { ProviderSettings } from "../schema/model.ts";
import { errorFacts } from "./error-facts.ts";
import type { ErrorFacts } from "./error-facts.ts";
import type { ModelFailure, ModelFailureKind } from "./provider.ts";
import { failureMessage } from "./failure-message.ts";
import { retryAfterMs } from "./retry-after.ts";
import { AnswerIsNoStreamError, IncompleteAnswerError, UnsupportedProviderError } from "./wire-errors.ts";

const detailsLengthMax = 2_000;

/** Said by OpenAI, Anthropic, Google, xAI, DeepSeek, Groq, Mistral, OpenRouter, llama.cpp, LM Studio, vLLM and others. */
const contextTooLong =
  /context[_ ](?:length|window|size)|maximum (?:context|prompt) length|prompt is too long|exceeds? the (?:maximum|available|max) (?:number of tokens|context|allowed)|input token count|too many tokens|input is too long|reduce the length of|exceed_context_size|model_context_window_exceeded|request_too_large|longer than the model|exceed context limit/iu;
const quotaUsedUp =
  /insufficient[_ ](?:quota|balance|credits?|funds)|billing_|credit balance is too low|exceeded your current quota, please check your plan|requires more credits|out of credits|usage limit|payment required|quota_exceeded|perday/iu;
const keyRefused =
  /invalid[_ ]api[_ ]key|api key not valid|api_key_invalid|authentication_error|incorrect api key|unauthenticated|permission_error|invalid x-api-key/iu;
const noSuchModel =
  /model_not_found|not a valid model|model[^.\n]{0,120}(?:not found|does not exist|not supported|not exist)|no such model|unknown model|models\/\S{1,200} is not found|no endpoints found/iu;
const rateLimited = /rate[_ ]limit|too many requests|resource_exhausted|throttl/iu;
const overloaded = /overloaded|unavailable|server_error|internal_error|\binternal\b|api_error|capacity|timeout_error/iu;

export interface FailureContext {
  readonly settings: ProviderSettings;
  readonly modelId: string;
  readonly isAborted: boolean;
  /** The provider has begun to answer. */
  readonly isAnswered: boolean;
}

/** Turns whatever went wrong into a failure: kind, words for a person, whether another try makes sense. */
export function classifyFailure(error: unknown, context: FailureContext): ModelFailure {
  if (context.isAborted) return { kind: "aborted", message: "Canceled", isRetryable: false };
  if (error instanceof UnsupportedProviderError) {
    return { kind: "invalid-request", message: error.message, isRetryable: false };
  }
  if (error instanceof IncompleteAnswerError) {
    return { kind: "protocol", message: failureMessage("cut-off", context, none), isRetryable: true };
  }
  const facts = error instanceof AnswerIsNoStreamError ? noStreamFacts(error) : errorFacts(error);
  const details = redact(facts.text, context.settings).slice(0, detailsLengthMax);
  if (isUnsendable(error, facts, context)) {
    const message = `The request to ${context.settings.name} can't be sent: ${details}`;
    return { kind: "invalid-request", message, isRetryable: false };
  }
  const isPage = error instanceof AnswerIsNoStreamError && error.isPage;
  const kind = isPage ? "protocol" : kindOf(facts);
  const waitMs = retryAfterMs(facts, Date.now());
  const message = failureMessage(isPage ? "page" : kind, context, { ...facts, text: details });
  return {
    kind,
    message,
    ...(details === "" || message.endsWith(details) ? {} : { details }),
    ...(facts.statusCode === undefined ? {} : { statusCode: facts.statusCode }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    isRetryable: !isPage && isRetryable(kind, facts, context),
  };
}

const none: ErrorFacts = errorFacts("");

/** An error that came with status 200 and a JSON body is read like any other. */
function noStreamFacts(error: AnswerIsNoStreamError): ErrorFacts {
  const facts = errorFacts(error.body);
  return error.isPage ? { ...facts, text: error.body, statusCode: error.statusCode } : facts;
}

function kindOf(facts: ErrorFacts): ModelFailureKind {
  const { statusCode, chunkFault } = facts;
  if (chunkFault !== null) return "protocol";
  return kindOfWords(facts) ?? kindOfStatus(statusCode) ?? kindOfOther(facts);
}

/** What the provider says goes before its status: many use 400 or 429 for everything. */
function kindOfWords(facts: ErrorFacts): ModelFailureKind | null {
  const { classes, text, statusCode } = facts;
  const words = `${classes.join(" ")} ${text}`;
  const isLimit = statusCode === 429 || rateLimited.test(classes.join(" "));
  if (statusCode !== undefined && statusCode >= 500) {
    return statusCode === 500 && contextTooLong.test(words) ? "context-too-long" : null;
  }
  if (contextTooLong.test(words) && !isLimit) return "context-too-long";
  if (keyRefused.test(words) && !isLimit) return "auth";
  if (quotaUsedUp.test(words) && !isShortLimit(facts)) return "quota";
  if (noSuchModel.test(words) && !isLimit) return "model-not-found";
  return statusCode === undefined ? kindOfStreamedWords(facts, words) : null;
}

/** Google words every limit as a quota; one that ends within the day says when to come back. */
function isShortLimit({ details }: ErrorFacts): boolean {
  const words = JSON.stringify(details);
  return words.includes("retryDelay") && !/per_?day/iu.test(words);
}

/** In the middle of a stream there is no status: only the provider's words tell. */
function kindOfStreamedWords({ classes, text }: ErrorFacts, words: string): ModelFailureKind | null {
  if (rateLimited.test(words)) return "rate-limited";
  return overloaded.test(classes.length === 0 ? text : classes.join(" ")) ? "overloaded" : null;
}

function kindOfStatus(statusCode: number | undefined): ModelFailureKind | null {
  if (statusCode === undefined || statusCode < 400) return null;
  const known: Readonly<Record<number, ModelFailureKind>> = {
    401: "auth",
    402: "quota",
    403: "auth",
    404: "model-not-found",
    408: "network",
    409: "overloaded",
    413: "context-too-long",
    425: "overloaded",
    429: "rate-limited",
  };
  return known[statusCode] ?? (statusCode >= 500 ? "overloaded" : "invalid-request");
}

const brokenConnection = /fetch failed|cannot connect|socket|connection|network|terminated/iu;

function isNetworkFault({ networkCode, text }: ErrorFacts): boolean {
  return networkCode !== undefined || brokenConnection.test(text);
}

/** Such as a header that is none: nothing has left this machine. */
function isUnsendable(error: unknown, facts: ErrorFacts, { isAnswered }: FailureContext): boolean {
  return error instanceof TypeError && !isAnswered && !isNetworkFault(facts);
}

function kindOfOther(facts: ErrorFacts): ModelFailureKind {
  if (isNetworkFault(facts)) return "network";
  const { classes } = facts;
  return classes.length > 0 && !classes.some((entry) => /error|failed/iu.test(entry)) ? "invalid-request" : "protocol";
}

const hopelessCodes =
  /^(?:ENOTFOUND|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_INVALID_(?:URL|ARG)|ERR_S3_|InvalidURL)/u;
const refusedCodes = new Set(["ECONNREFUSED", "ConnectionRefused"]);

function isRetryable(kind: ModelFailureKind, facts: ErrorFacts, { settings }: FailureContext): boolean {
  if (kind === "rate-limited" || kind === "overloaded") return true;
  if (kind === "protocol") return facts.chunkFault !== "unknown";
  if (kind !== "network") return false;
  const code = facts.networkCode ?? "";
  if (hopelessCodes.test(code)) return false;
  // A server on this machine that refuses is not running: the person has to start it.
  return !(refusedCodes.has(code) && isLoopback(settings.baseUrl));
}

function isLoopback(address: string | null): boolean {
  return address !== null && /^https?:\/\/(?:localhost|127\.|\[::1\]|0\.0\.0\.0)/iu.test(address);
}

/** Values shorter than this are no secrets, and words would be mangled. */
const secretLengthMin = 8;

/** Keys never reach a message: some providers repeat the key that they refuse. */
function redact(text: string, settings: ProviderSettings): string {
  const secrets = [settings.apiKey ?? "", ...Object.values(settings.extraHeaders)]
    .flatMap((secret) => [secret, secret.replace(/^Bearer\s+/iu, "")])
    .filter((secret) => secret.length >= secretLengthMin);
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, "[key]"), text);
}
