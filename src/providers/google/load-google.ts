import type * as Google from "@ai-sdk/google";

/** The package is loaded at the first request that needs it. */
export async function loadGoogle(): Promise<typeof Google> {
  return import("@ai-sdk/google");
}
