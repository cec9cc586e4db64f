import { openAnthropicCall } from "./anthropic/open-anthropic-call.ts";
import { openGoogleCall } from "./google/open-google-call.ts";
import { openChatCall } from "./openai-chat/open-chat-call.ts";
import { openResponsesCall } from "./openai-responses/open-responses-call.ts";
import { missingKeyMessage } from "./failure-message.ts";
import { practiceProvider } from "./practice/practice-provider.ts";
import type { ModelEvent, ModelFailureKind, Provider, ProviderFactory } from "./provider.ts";
import { streamModel } from "./stream-model.ts";
import type { OpenWireCall, WireFamily } from "./wire-call.ts";
import { familyOf } from "./wire-family.ts";

const families: Readonly<Record<WireFamily, OpenWireCall>> = {
  "openai-chat": openChatCall,
  anthropic: openAnthropicCall,
  "openai-responses": openResponsesCall,
  google: openGoogleCall,
};

/** Makes the provider for these settings; nothing is loaded or sent before its first request. */
export const createProvider: ProviderFactory = (settings): Provider => {
  if (settings.type === "practice") return practiceProvider;
  return {
    stream: (request, signal) => {
      const choice = familyOf(settings, request.modelId);
      if ("unsupported" in choice) return failAtOnce("invalid-request", choice.unsupported);
      if (settings.apiKey === null) return failAtOnce("auth", missingKeyMessage(settings));
      return streamModel(request, { settings, signal, open: families[choice.family] });
    },
  };
};

async function* failAtOnce(kind: ModelFailureKind, message: string): AsyncGenerator<ModelEvent> {
  yield { type: "failure", failure: { kind, message, isRetryable: false } };
}
