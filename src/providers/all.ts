import type { ProviderSettings } from "../schema/model.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import { loadWireFamily } from "./load-wire-family.ts";
import type { ModelEvent, ModelFailureKind, Provider, ProviderFactory } from "./provider.ts";
import type { WireFamily } from "./wire-call.ts";
import { familyOf } from "./wire-family.ts";

/** Makes the provider for these settings; nothing is loaded or sent before its first request. */
export const createProvider: ProviderFactory = (settings): Provider => ({
  stream: (request, signal) => {
    if (settings.type === "practice") return practice(request, signal);
    const choice = familyOf(settings, request.modelId);
    if ("unsupported" in choice) return failAtOnce("invalid-request", choice.unsupported);
    if (settings.apiKey === null) return failAtOnce("auth", `There is no API key for ${settings.name}`);
    return streamed(request, { settings, signal, family: choice.family });
  },
});

interface Wire {
  readonly settings: ProviderSettings;
  readonly signal: AbortSignal;
  readonly family: WireFamily;
}

async function* streamed(request: ModelRequest, { settings, signal, family }: Wire): AsyncGenerator<ModelEvent> {
  const { streamModel, open } = await loadWireFamily(family);
  yield* streamModel(request, { settings, signal, open });
}

async function* practice(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const { practiceProvider } = await import("./practice/practice-provider.ts");
  yield* practiceProvider.stream(request, signal);
}

async function* failAtOnce(kind: ModelFailureKind, message: string): AsyncGenerator<ModelEvent> {
  yield { type: "failure", failure: { kind, message, isRetryable: false } };
}
