import { existsSync } from "node:fs";
import path from "node:path";
import { isDatabaseGone, type NewestBackup, newestBackup } from "../app/missing-database.ts";
import { restoreDatabase } from "../app/restore-database.ts";
import { salvageDamaged } from "../app/salvage-damaged.ts";
import { AppError } from "../lib/app-error.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import { formatMinute } from "./format-time.ts";
import { plural } from "./plural.ts";
import type { RecoveryContext } from "./recovery-context.ts";
import { salvageText } from "./salvage-text.ts";

/** The database does not exist, or is empty: says so where it once was, and offers the newest backup. */
export async function recoverMissing(context: RecoveryContext): Promise<void> {
  const { config, io, isInteractive, calledAs } = context;
  if (!isDatabaseGone(config)) return;
  const backup = newestBackup(config);
  const isEmpty = existsSync(path.join(config.dataDirectory, "crush.db"));
  const what = isEmpty ? "crush.db is empty" : "there is no crush.db any more";
  io.writeError(`The sessions of this project are gone: ${what} in\n  ${sanitizeLine(config.dataDirectory)}\n`);
  io.writeError(backup === null ? "There is no backup of them.\n" : `${backupText(backup)}.\n`);
  if (!isInteractive) {
    if (backup !== null) io.writeError(`\`${calledAs} db restore\` brings it back.\n`);
    return;
  }
  if (backup === null) {
    if ((await choice(context, "Begin without them? [Y/n] ", "y")) !== "y") throw leftAlone();
    return;
  }
  const answer = await choice(context, "Restore it? [Y: restore, n: begin without, q: leave] ", "y");
  if (answer === "y") {
    await restoreDatabase(config, { backup: backup.path, replaces: false, nowMs: context.nowMs() });
    await goOn(context, restoredText(backup));
  } else if (answer !== "n") throw leftAlone();
}

/** The database is damaged: offers to read what can be read, or the newest backup. Throws `problem` where neither is wanted. */
export async function recoverDamaged(context: RecoveryContext, problem: AppError): Promise<void> {
  const { config, io } = context;
  const backup = newestBackup(config);
  io.writeError(`${sanitizeLine(problem.message)}\n\n`);
  io.writeError("s: read what can be read into a new database\n");
  if (backup !== null) io.writeError(`b: put the newest backup in its place\n   ${backupText(backup)}.\n`);
  io.writeError("q: leave everything as it is\n");
  io.writeError("The damaged file is kept, whatever you choose.\n");
  const answer = await choice(context, `What shall be done? [${backup === null ? "s/q" : "s/b/q"}] `, "q");
  if (answer === "s") {
    await goOn(context, salvageText(await salvageDamaged(config, context.nowMs())));
  } else if (answer === "b" && backup !== null) {
    const { setAside } = await restoreDatabase(config, { backup: backup.path, replaces: true, nowMs: context.nowMs() });
    await goOn(context, `${restoredText(backup)}The damaged file is kept as\n  ${sanitizeLine(setAside ?? "")}\n`);
  } else throw problem;
}

/** The full screen would cover it at once. */
async function goOn({ io }: RecoveryContext, text: string): Promise<void> {
  io.writeError(text);
  await io.ask("Press enter to go on. ", { isSecret: false });
}

function restoredText({ sessions, messages }: NewestBackup): string {
  return `Restored: ${plural(sessions, "session")} with ${plural(messages, "message")}.\n`;
}

function backupText({ takenAtMs, sessions, messages }: NewestBackup): string {
  return `The newest backup is of ${formatMinute(takenAtMs)}: ${plural(sessions, "session")}, ${plural(messages, "message")}`;
}

/** The first letter of the answer; `otherwise` for enter alone, `q` for the end of the input. */
async function choice({ io }: RecoveryContext, question: string, otherwise: string): Promise<string> {
  const answer = await io.ask(question, { isSecret: false });
  if (answer === null) return "q";
  return answer.trim().toLowerCase().slice(0, 1) || otherwise;
}

function leftAlone(): AppError {
  return new AppError("usage", "nothing was changed", { hint: "`crush db info` shows the backups there are" });
}
