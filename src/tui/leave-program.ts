import { AppError } from "../lib/app-error.ts";
import type { PerformContext } from "./perform/perform-context.ts";

/** Before the app is closed. Resolves with why what was typed last could not be stored, which is no reason to stay. */
export async function leaveProgram(context: PerformContext): Promise<AppError | null> {
  const { session } = context.state();
  if (session === null) return null;
  const shells = [...context.shells.values()];
  for (const { abort } of shells) abort.abort();
  await Promise.all(shells.map(({ done }) => done));
  const unkept = await failureOf(context.saveDraft(session.id));
  // An empty session that stays is no loss worth a word.
  await failureOf(context.app.leaveSession(session.id));
  return unkept;
}

async function failureOf(task: Promise<unknown>): Promise<AppError | null> {
  try {
    await task;
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
