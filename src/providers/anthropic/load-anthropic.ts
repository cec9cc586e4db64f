import type * as Anthropic from "@ai-sdk/anthropic";

/** The package is loaded at the first request that needs it. */
export async function loadAnthropic(): Promise<typeof Anthropic> {
  return import("@ai-sdk/anthropic");
}
