import type { recoverDamaged, recoverMissing } from "./recover-database.ts";

export interface Recovery {
  readonly recoverMissing: typeof recoverMissing;
  readonly recoverDamaged: typeof recoverDamaged;
}

/** Loaded where something has to be recovered only. */
export async function loadRecovery(): Promise<Recovery> {
  return import("./recover-database.ts");
}
