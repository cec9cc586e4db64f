import { statSync } from "node:fs";
import path from "node:path";
import type { App } from "../app/app.ts";
import { AppError } from "../lib/app-error.ts";
import { loadRecovery } from "./load-recovery.ts";
import { printError } from "./print-error.ts";
import type { RecoveryContext } from "./recovery-context.ts";

/** Opens the app, telling of who is waited for. */
export type OpenTold = (onLocked: (holder: string) => void) => Promise<App>;

/**
 * Opens the app (`damage`: what was found when it was open before); where the project's database is gone or damaged, says so first, and offers what can be done. Nothing is
 * begun anew, restored or salvaged without a word.
 */
export async function openWithRecovery(context: RecoveryContext, open: OpenTold, damage?: AppError): Promise<App> {
  if (damage !== undefined) await offer(context, damage);
  if (isEmpty(path.join(context.config.dataDirectory, "crush.db"))) {
    await (await loadRecovery()).recoverMissing(context);
  }
  const app = await openMended(context, async () =>
    open((holder) => {
      printError(context, { label: "waiting", message: `the session database is locked by ${holder}` });
    }),
  );
  for (const message of app.startWarnings) printError(context, { label: "warning", message });
  return app;
}

async function openMended(context: RecoveryContext, open: () => Promise<App>): Promise<App> {
  try {
    return await open();
  } catch (error) {
    if (!isDamage(error)) throw error;
    await offer(context, error);
    return open();
  }
}

/** Or there is none at all. */
function isEmpty(database: string): boolean {
  return (statSync(database, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/** Damage about which the person has said to leave everything as it is. */
const declined = new WeakSet<AppError>();

/** A database opens while its first page is whole; that others are not shows when they are read. */
export function isNewDamage(error: unknown): error is AppError {
  return isDamage(error) && !declined.has(error);
}

function isDamage(error: unknown): error is AppError {
  return error instanceof AppError && error.code === "database-invalid";
}

/** Throws the damage where nobody is there, or nothing is to be done about it. */
async function offer(context: RecoveryContext, damage: AppError): Promise<void> {
  declined.add(damage);
  if (!context.isInteractive) throw damage;
  await (await loadRecovery()).recoverDamaged(context, damage);
}
