import type TurndownService from "turndown";

/** Its HTML parser takes 20 ms to load: only the first page that is fetched needs it. */
export async function loadTurndown(): Promise<typeof TurndownService> {
  const { default: Turndown } = await import("turndown");
  return Turndown;
}
