import type { App } from "../../app/app.ts";
import type { DatabaseCopy } from "../../app/backups.ts";
import type { PruneRule } from "../../app/deletion.ts";
import { AppError } from "../../lib/app-error.ts";
import { formatSize } from "../../lib/format-size.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { Session } from "../../schema/session.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatRfc3339 } from "../format-time.ts";
import { printError } from "../print-error.ts";
import { withApp } from "../with-app.ts";
import { waitForLog } from "./delete.ts";
import { backupsOption, copiesText, endCopies } from "./held-copies.ts";

const hoursOf: Readonly<Record<string, number>> = { h: 1, d: 24, w: 24 * 7 };

/** `90d`, `12h`, `6w` before now. Throws usage. */
function timeBefore(age: string, nowMs: number): number {
  const [, count, unit] = /^(\d{1,6})([hdw])$/u.exec(age) ?? [];
  if (count === undefined || unit === undefined) {
    throw new AppError("usage", `--older-than ${age} is no age`, { hint: "hours, days or weeks: 12h, 90d, 6w" });
  }
  return nowMs - Number(count) * (hoursOf[unit] ?? 1) * 3_600_000;
}

function ruleOf({ options, dependencies }: CommandContext): PruneRule {
  const age = options.text("older-than");
  const isEmpty = options.has("empty");
  if (age === undefined && !isEmpty) {
    throw new AppError("usage", "nothing says which sessions are to go", {
      hint: "give --older-than 90d, --empty or both; --dry-run shows them only",
    });
  }
  return { isEmpty, ...(age === undefined ? {} : { before: timeBefore(age, dependencies.nowMs()) }) };
}

interface Row {
  readonly session: Session;
  readonly hash: string;
  readonly messages: number;
  readonly sizeBytes: number;
}

function rowsOf(app: App, rule: PruneRule): Row[] {
  return app.deletion.prunable(rule).map((session) => {
    const { messages, sizeBytes } = app.deletion.facts(session.id);
    return { session, hash: app.shortId(session.id), messages, sizeBytes };
  });
}

function listText(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ session, hash, messages, sizeBytes }) =>
      `${hash.slice(0, 7)} ${formatRfc3339(session.updatedAt)} ${String(messages)} messages, ${formatSize(sizeBytes)}  ` +
      `${sanitizeLine(session.title)}\n`,
  );
  return lines.join("");
}

function toJson(
  { session, hash, messages, sizeBytes }: Row,
  { isDeleted }: { readonly isDeleted: boolean },
): Readonly<Record<string, unknown>> {
  return {
    id: hash,
    uuid: session.id,
    title: session.title,
    modified: formatRfc3339(session.updatedAt),
    message_count: messages,
    size_bytes: sizeBytes,
    deleted: isDeleted,
  };
}

interface Asked {
  readonly rule: PruneRule;
  readonly rows: readonly Row[];
}

/** Throws usage where nobody has said yes. */
async function confirm(
  { options, dependencies }: CommandContext,
  { rows, copies }: { readonly rows: readonly Row[]; readonly copies: readonly DatabaseCopy[] },
): Promise<void> {
  const { io } = dependencies;
  if (options.has("yes")) return;
  const hint = "answer y, or give --yes; --dry-run shows the sessions only";
  if (!io.isInputTerminal || !io.isOutputTerminal) {
    throw new AppError("usage", "nothing was deleted: nobody is there to be asked", { hint });
  }
  const size = formatSize(rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  io.writeError(copiesText(copies, { isRemoving: options.has("backups") }));
  const question = `Delete these ${String(rows.length)} sessions (${size}) for good? [y/N] `;
  if (!/^y(?:es)?$/iu.test((await io.ask(question, { isSecret: false }))?.trim() ?? "")) {
    throw new AppError("usage", "nothing was deleted", { hint });
  }
}

/** What was used while the person thought about it stays; it is named. */
function stillToGo(app: App, { dependencies }: CommandContext, asked: Asked): readonly Row[] {
  const prunable = new Set(app.deletion.prunable(asked.rule).map(({ id }) => id));
  for (const { session, hash } of asked.rows) {
    if (prunable.has(session.id)) continue;
    const message = `${hash.slice(0, 7)} ${session.title} stays: it has been used meanwhile, or is gone already`;
    printError(dependencies, { label: "note", message });
  }
  return asked.rows.filter(({ session }) => prunable.has(session.id));
}

async function deleteRows(app: App, context: CommandContext, asked: Asked): Promise<readonly Row[]> {
  const { options, dependencies } = context;
  const idsOf = (rows: readonly Row[]): readonly SessionId[] => rows.map(({ session }) => session.id);
  const held = app.backups.holding(idsOf(asked.rows));
  await confirm(context, { rows: asked.rows, copies: held });
  const rows = stillToGo(app, context, asked);
  const ids = idsOf(rows);
  const copies = rows.length === asked.rows.length ? held : app.backups.holding(ids);
  const isForgotten = options.has("forget");
  // Together: what takes the rows away then wipes the database once, not once a session.
  const outcomes = await Promise.allSettled(ids.map(async (id) => app.deleteSession(id, { isForgotten })));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  await waitForLog(app, dependencies.io);
  const isRemoving = options.has("backups");
  await endCopies(app, dependencies.io, { ids, copies, isRemoving, isKnown: !options.has("yes") });
  return rows;
}

async function prune(app: App, context: CommandContext): Promise<number> {
  const { io } = context.dependencies;
  const rule = ruleOf(context);
  const rows = rowsOf(app, rule);
  const isDry = context.options.has("dry-run");
  const isJson = context.options.has("json");
  if (!isJson) io.write(rows.length === 0 ? "No session is to go.\n" : listText(rows));
  const isDeleting = rows.length > 0 && !isDry;
  const done = isDeleting ? await deleteRows(app, context, { rule, rows }) : rows;
  if (isJson) io.write(`${JSON.stringify(done.map((row) => toJson(row, { isDeleted: !isDry })))}\n`);
  else if (isDeleting) io.write(`Deleted ${String(done.length)} sessions\n`);
  return exitCodes.ok;
}

export const pruneCommand: Command = {
  usage: "",
  description:
    "Deletes the sessions that are older than an age, or empty, or both, after showing them and asking. Nothing is ever deleted by itself.",
  options: [
    { name: "older-than", value: "age", summary: "not changed for so long: 12h, 90d, 6w" },
    { name: "empty", summary: "in which nothing was said, without a draft, and with no prompt waiting" },
    { ...backupsOption, summary: "remove the backups that hold them too, with all else that is in them" },
    { name: "dry-run", summary: "show them only" },
    { name: "forget", summary: "take what they consumed out of the totals by day and model as well" },
    { name: "json", summary: "print JSON" },
    { name: "yes", short: "y", summary: "ask nothing" },
  ],
  examples: [
    { comment: "See what has not been touched for three months", words: "session prune --older-than 90d --dry-run" },
    { comment: "Delete empty sessions of the last weeks", words: "session prune --empty --older-than 2w" },
    { comment: "In a script", words: "session prune --older-than 52w --yes --json | jq length" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    ruleOf(context);
    return withApp(context, async (app) => prune(app, context));
  },
};
