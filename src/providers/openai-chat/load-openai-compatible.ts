import type * as OpenAiCompatible from "@ai-sdk/openai-compatible";

/** The package is loaded at the first request that needs it. */
export async function loadOpenAiCompatible(): Promise<typeof OpenAiCompatible> {
  return import("@ai-sdk/openai-compatible");
}
