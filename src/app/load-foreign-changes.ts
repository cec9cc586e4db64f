import type { ForeignChanges } from "./foreign-changes.ts";

/** What other programs write is followed once the first frame is there. */
export async function loadForeignChanges(): Promise<typeof ForeignChanges> {
  const { ForeignChanges: Changes } = await import("./foreign-changes.ts");
  return Changes;
}
