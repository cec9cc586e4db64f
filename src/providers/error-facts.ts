import type { JsonObject, JsonValue } from "../lib/json.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";

/** What can be read from whatever was thrown or streamed as an error, of any provider. */
export interface ErrorFacts {
  readonly statusCode: number | undefined;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The provider's own classes, such as `overloaded_error`, `insufficient_quota`, `RESOURCE_EXHAUSTED`. */
  readonly classes: readonly string[];
  /** The provider's own words, or the error's. */
  readonly text: string;
  /** Of the operating system or the runtime, such as `ECONNREFUSED`. */
  readonly networkCode: string | undefined;
  /** The error's own entries below `details` (Google). */
  readonly details: readonly JsonObject[];
  /** A chunk that is no JSON, or none that the wire family knows. */
  readonly chunkFault: "broken" | "unknown" | null;
}

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly statusCode?: unknown;
  readonly responseBody?: unknown;
  readonly responseHeaders?: unknown;
  readonly value?: unknown;
  readonly text?: unknown;
}

const none: ErrorFacts = {
  statusCode: undefined,
  headers: {},
  classes: [],
  text: "",
  networkCode: undefined,
  details: [],
  chunkFault: null,
};

export function errorFacts(error: unknown): ErrorFacts {
  if (typeof error === "string") return bodyFacts(error);
  if (typeof error !== "object" || error === null) return { ...none, text: String(error) };
  const like = error as ErrorLike;
  if (like.name === "AI_APICallError") return callFacts(like);
  if (like.name === "AI_TypeValidationError") return chunkFacts(like);
  if (like.name === "AI_JSONParseError") {
    return { ...none, text: typeof like.text === "string" ? like.text : "", chunkFault: "broken" };
  }
  if (error instanceof Error) {
    return { ...none, text: innermost(error).message, networkCode: networkCodeOf(error) };
  }
  return fieldFacts(error as JsonValue);
}

function callFacts(error: ErrorLike): ErrorFacts {
  const body = typeof error.responseBody === "string" ? bodyFacts(error.responseBody) : none;
  const message = typeof error.message === "string" ? error.message : "";
  const cause = error.cause instanceof Error ? innermost(error.cause).message : "";
  return {
    ...body,
    statusCode: typeof error.statusCode === "number" ? error.statusCode : body.statusCode,
    headers: headersOf(error.responseHeaders),
    text: body.text || cause || message,
    networkCode: networkCodeOf(error),
  };
}

/** A chunk that does not fit the stream's schema is often an error in a form of the provider's own. */
function chunkFacts(error: ErrorLike): ErrorFacts {
  const facts = fieldFacts((error.value ?? null) as JsonValue);
  const isError = facts.classes.length > 0 || facts.text !== "";
  return isError ? facts : { ...none, text: JSON.stringify(error.value ?? null), chunkFault: "unknown" };
}

function bodyFacts(body: string): ErrorFacts {
  const parsed = parseJson(body);
  const facts = parsed === undefined ? none : fieldFacts(parsed);
  return facts.text === "" ? { ...facts, text: body.trim() } : facts;
}

/** Reads `{error: {message, type, code, status, details}}` and its looser cousins. */
function fieldFacts(value: JsonValue): ErrorFacts {
  const inner = errorIn(value);
  if (!isJsonObject(inner)) return { ...none, text: typeof inner === "string" ? inner : "" };
  const code = inner["code"];
  const metadata = isJsonObject(inner["metadata"]) ? inner["metadata"] : {};
  const details = Array.isArray(inner["details"]) ? inner["details"].filter((entry) => isJsonObject(entry)) : [];
  const classes = strings([inner["type"], code, inner["status"], ...details.map((entry) => entry["reason"])]);
  return {
    ...none,
    statusCode: typeof code === "number" && code >= 400 && code < 600 ? code : undefined,
    classes: classes.filter((entry) => entry !== "error"),
    text: strings([inner["message"], inner["detail"], inner["reason"], metadata["raw"]]).join("\n"),
    details,
  };
}

/**
 * The error itself: bare, in a list (Google), under `error`, in a failed response (OpenAI Responses), or as the AI SDK
 * keeps it under `data`.
 */
function errorIn(value: JsonValue): JsonValue {
  const outer = Array.isArray(value) ? (value[0] ?? null) : value;
  if (!isJsonObject(outer)) return outer;
  const response = isJsonObject(outer["response"]) ? outer["response"] : {};
  const found = outer["error"] ?? response["error"] ?? response["incomplete_details"];
  if (found !== undefined && found !== null) return found;
  return isJsonObject(outer["data"]) ? errorIn(outer["data"]) : outer;
}

function strings(values: readonly (JsonValue | undefined)[]): string[] {
  return values.filter((value) => typeof value === "string");
}

function headersOf(headers: unknown): Record<string, string> {
  if (typeof headers !== "object" || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** Down the chain of causes, at most so many links: it may be a circle. */
const causesMax = 8;

function innermost(error: Error): Error {
  let current = error;
  for (let link = 0; link < causesMax && current.cause instanceof Error; link += 1) current = current.cause;
  return current;
}

function networkCodeOf(error: ErrorLike): string | undefined {
  let current: unknown = error;
  for (let link = 0; link < causesMax && typeof current === "object" && current !== null; link += 1) {
    const { code, cause } = current as ErrorLike;
    if (typeof code === "string" && code !== "") return code;
    current = cause;
  }
  return undefined;
}
