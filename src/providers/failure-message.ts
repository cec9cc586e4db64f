import type { ProviderSettings } from "../schema/model.ts";
import type { ErrorFacts } from "./error-facts.ts";
import type { ModelFailureKind } from "./provider.ts";

interface MessageContext {
  readonly settings: ProviderSettings;
  readonly modelId: string;
}

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ConnectionRefused: "connection refused",
  FailedToOpenSocket: "cannot open a connection (is the address right, is there a network?)",
  ENOTFOUND: "host name not found",
  EAI_AGAIN: "the name server does not answer",
  ECONNRESET: "connection reset",
  ConnectionClosed: "connection closed",
  ETIMEDOUT: "timed out",
  ConnectionTimeout: "timed out",
  UND_ERR_CONNECT_TIMEOUT: "timed out",
  UND_ERR_SOCKET: "connection closed",
  StreamSilent: "it fell silent in the middle of its answer",
  EPIPE: "connection closed",
};

type Writer = (facts: ErrorFacts, context: MessageContext, status: string) => string;

const writers: Readonly<Record<ModelFailureKind | "page" | "cut-off", Writer>> = {
  auth: (_, { settings }, status) => `${settings.name} refused the API key${status}`,
  quota: (_, { settings }, status) => `The quota or credit of your ${settings.name} account is used up${status}`,
  "rate-limited": (_, { settings }, status) => `${settings.name} limits the rate of requests${status}`,
  overloaded: (_, { settings }, status) => `${settings.name} is overloaded or has a fault${status}`,
  "context-too-long": (_, { modelId }, status) => `The conversation is too long for ${modelId}${status}`,
  network: (facts, { settings }) => `Cannot reach ${settings.name} at ${addressOf(settings)}: ${networkReason(facts)}`,
  "invalid-request": (facts, { settings }, status) =>
    `${settings.name} refused the request${status}: ${firstLine(facts.text) || "no reason given"}`,
  "model-not-found": (_, { settings, modelId }, status) =>
    `${settings.name} does not know the model ${modelId}${status} at ${addressOf(settings)}`,
  protocol: (_, { settings }, status) => `${settings.name} sent what is no valid answer${status}`,
  page: (_, { settings }) =>
    `${settings.name} answered with a web page at ${addressOf(settings)}: check base_url, or sign in to the network`,
  "cut-off": (_, { settings }) => `The answer of ${settings.name} broke off before its end`,
  budget: () => "The budget does not cover the request",
  aborted: () => "Canceled",
};

/** A sentence for a person: what failed; what to do is told by who asked. `facts.text` holds no key. */
export function failureMessage(
  kind: ModelFailureKind | "page" | "cut-off",
  context: MessageContext,
  facts: ErrorFacts,
): string {
  const status = facts.statusCode === undefined ? "" : ` (${facts.statusCode})`;
  return writers[kind](facts, context, status);
}

function addressOf({ baseUrl, name }: ProviderSettings): string {
  return baseUrl ?? `${name}'s own address`;
}

function networkReason({ networkCode, text }: ErrorFacts): string {
  return networkWords[networkCode ?? ""] ?? (firstLine(text) || (networkCode ?? "the connection broke off"));
}

const lineLengthMax = 300;

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, lineLengthMax);
}
