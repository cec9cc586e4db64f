import type * as OpenAi from "@ai-sdk/openai";

/** The package is loaded at the first request that needs it. */
export async function loadOpenAi(): Promise<typeof OpenAi> {
  return import("@ai-sdk/openai");
}
