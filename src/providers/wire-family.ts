import type { ProviderSettings } from "../schema/model.ts";
import type { WireFamily } from "./wire-call.ts";

export type FamilyChoice = { readonly family: WireFamily } | { readonly unsupported: string };

/** Models that their provider offers through Messages only, though its others speak Chat Completions. */
const messagesModels: Readonly<Record<string, readonly string[]>> = {
  "opencode-go": ["qwen3.7-max"],
  "opencode-zen": ["qwen3.7-max"],
};

/** Which wire format a model of this provider is spoken to in. */
export function familyOf(settings: ProviderSettings, modelId: string): FamilyChoice {
  const known = Object.hasOwn(messagesModels, settings.id) ? messagesModels[settings.id] : undefined;
  if (known?.includes(modelId) === true) return { family: "anthropic" };
  switch (settings.type) {
    case "anthropic":
      return { family: "anthropic" };
    case "google":
      return { family: "google" };
    case "openai":
      return { family: isOpenAiModel(settings, modelId) ? "openai-responses" : "openai-chat" };
    case "azure":
      return notYet(settings, "an Azure deployment", "its address ending in /openai/v1, as type openai");
    case "bedrock":
      return notYet(settings, "AWS Bedrock", "the same models through Anthropic or OpenRouter");
    case "google-vertex":
      return notYet(settings, "Google Vertex AI", "the same models with a Gemini API key (provider gemini)");
    default:
      return { family: "openai-chat" };
  }
}

/** Others offer models of their own under the type `openai`; those know Chat Completions only. */
function isOpenAiModel({ id, baseUrl }: ProviderSettings, modelId: string): boolean {
  const isOwn = id === "openai" || baseUrl === null || /^https:\/\/[^/]*\.openai\.(?:com|azure\.com)/u.test(baseUrl);
  return isOwn || /^(?:gpt-|o\d|chatgpt-|codex-|computer-use-)/u.test(modelId);
}

function notYet({ name }: ProviderSettings, what: string, instead: string): FamilyChoice {
  return { unsupported: `${name} is not supported yet: no connection to ${what}. Use ${instead}.` };
}
