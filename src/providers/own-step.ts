import type { ProviderSettings } from "../schema/model.ts";
import type { ModelRequest } from "../schema/model-request.ts";
import type { AssistantMessage } from "./build-prompt.ts";

/**
 * Whether the very model that is asked now made the step. Signatures and encrypted reasoning hold for the model that
 * made them; after a switch they are left out, which every provider accepts.
 */
export function isOwnStep(
  message: AssistantMessage,
  { settings, request }: { readonly settings: ProviderSettings; readonly request: ModelRequest },
): boolean {
  return message.providerId === settings.id && message.modelId === request.modelId;
}
