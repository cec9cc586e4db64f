import { existsSync } from "node:fs";
import path from "node:path";
import type { App } from "../app/app.ts";
import { AppError } from "../lib/app-error.ts";
import { loadRecovery } from "./load-recovery.ts";
import type { RecoveryContext } from "./recovery-context.ts";

/**
 * Opens the app; where the project's database is gone or damaged, says so first, and offers what can be done. Nothing is
 * begun anew, restored or salvaged without a word.
 */
export async function openWithRecovery(context: RecoveryContext, open: () => Promise<App>): Promise<App> {
  if (!existsSync(path.join(context.config.dataDirectory, "crush.db"))) {
    await (await loadRecovery()).recoverMissing(context);
  }
  try {
    return await open();
  } catch (error) {
    if (!context.isInteractive || !(error instanceof AppError) || error.code !== "database-invalid") throw error;
    await (await loadRecovery()).recoverDamaged(context, error);
    return open();
  }
}
