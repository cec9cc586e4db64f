import type { App, SessionDetails } from "../../app/app.ts";
import type { DatabaseCopy } from "../../app/backups.ts";
import { AppError } from "../../lib/app-error.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import type { CliIo } from "../io.ts";
import { withApp } from "../with-app.ts";
import { backupsOption, copiesText, endCopies } from "./held-copies.ts";
import { whatGoes } from "./what-goes.ts";

const logWaitMs = 3000;

/** A person at a terminal is asked; a script has said what it wants. */
function isAsked({ options, dependencies: { io } }: CommandContext): boolean {
  return io.isInputTerminal && io.isOutputTerminal && !options.has("yes") && !options.has("json");
}

async function isConfirmed(
  app: App,
  context: CommandContext,
  { details, copies }: { readonly details: SessionDetails; readonly copies: readonly DatabaseCopy[] },
): Promise<boolean> {
  const { io } = context.dependencies;
  const { session, hash, metrics } = details;
  const facts = app.deletion.facts(session.id);
  const title = JSON.stringify(sanitizeLine(session.title));
  const question = `Delete session ${hash.slice(0, 12)} ${title} with ${metrics.messageCount} messages? [y/N] `;
  io.writeError(`${whatGoes(facts)}\n${copiesText(copies, { isRemoving: context.options.has("backups") })}`);
  return /^y(?:es)?$/iu.test((await io.ask(question, { isSecret: false }))?.trim() ?? "");
}

/** Says so where the text of what was deleted is still in the log: who reads the database keeps it there. */
export async function waitForLog(app: App, io: Pick<CliIo, "writeError">): Promise<void> {
  if (await app.deletion.isDoneWithin(logWaitMs)) return;
  io.writeError(
    "Another program reads the database or works in it: until it stops, parts of the text may still be in the files crush.db and crush.db-wal. They are removed later, at the next start of crush at the latest.\n",
  );
}

export const deleteCommand: Command = {
  usage: "<id>",
  description:
    "Deletes a session with its messages, file versions, figures and child sessions. It cannot be undone. One that runs is stopped first. The totals of `stats` by day and model stay true.",
  options: [
    backupsOption,
    { name: "forget", summary: "take what it consumed out of the totals by day and model as well" },
    { name: "json", summary: "print JSON; asks nothing" },
    { name: "yes", short: "y", summary: "ask nothing" },
  ],
  examples: [
    { comment: "Delete a session", words: "session delete 0e0fd15" },
    { comment: "And the backups that hold it", words: "session delete --backups 0e0fd15" },
    {
      comment: "Without being asked, and without a trace in the totals",
      words: "session delete --yes --forget 0e0fd15",
    },
  ],
  words: { min: 1, max: 1 },
  run: (context) =>
    withApp(context, async (app) => {
      const { io } = context.dependencies;
      const details = app.showSession(app.findSession(context.words[0] ?? "").id);
      const { session, hash } = details;
      const isRemoving = context.options.has("backups");
      const copies = app.backups.holding([session.id]);
      const isKnown = isAsked(context);
      if (isKnown && !(await isConfirmed(app, context, { details, copies }))) {
        throw new AppError("usage", `session ${hash.slice(0, 12)} was not deleted`, {
          hint: "answer y, or give --yes",
        });
      }
      await app.deleteSession(session.id, { isForgotten: context.options.has("forget") });
      await waitForLog(app, io);
      const removed = await endCopies(app, io, { ids: [session.id], copies, isRemoving, isKnown });
      const text = context.options.has("json")
        ? JSON.stringify({
            id: hash,
            uuid: session.id,
            title: session.title,
            deleted: true,
            ...(isRemoving ? { removed_backups: removed.map(({ path }) => path) } : {}),
          })
        : `Deleted session ${hash.slice(0, 12)}`;
      io.write(`${text}\n`);
      return exitCodes.ok;
    }),
};
