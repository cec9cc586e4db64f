import type { SessionDetails } from "../../app/app.ts";
import { AppError } from "../../lib/app-error.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { withApp } from "../with-app.ts";

/** A person at a terminal is asked; a script has said what it wants. */
async function isConfirmed(context: CommandContext, details: SessionDetails): Promise<boolean> {
  const { io } = context.dependencies;
  if (!io.isInputTerminal || !io.isOutputTerminal) return true;
  if (context.options.has("yes") || context.options.has("json")) return true;
  const { session, hash, metrics } = details;
  const title = JSON.stringify(sanitizeLine(session.title));
  const question = `Delete session ${hash.slice(0, 12)} ${title} with ${metrics.messageCount} messages? [y/N] `;
  io.writeError("Its messages, file versions, figures and child sessions go too, for good.\n");
  return /^y(?:es)?$/iu.test((await io.ask(question, { isSecret: false }))?.trim() ?? "");
}

export const deleteCommand: Command = {
  usage: "<id>",
  description: "Deletes a session with its messages, file versions, figures and child sessions. It cannot be undone.",
  options: [
    { name: "json", summary: "print JSON; asks nothing" },
    { name: "yes", short: "y", summary: "ask nothing" },
  ],
  examples: [
    { comment: "Delete a session", words: "session delete 0e0fd15" },
    { comment: "Without being asked", words: "session delete --yes 0e0fd15" },
  ],
  words: { min: 1, max: 1 },
  run: (context) =>
    withApp(context, async (app) => {
      const details = app.showSession(app.findSession(context.words[0] ?? "").id);
      const { session, hash } = details;
      if (!(await isConfirmed(context, details))) {
        throw new AppError("usage", `session ${hash.slice(0, 12)} was not deleted`, {
          hint: "answer y, or give --yes",
        });
      }
      await app.deleteSession(session.id);
      const text = context.options.has("json")
        ? JSON.stringify({ id: hash, uuid: session.id, title: session.title, deleted: true })
        : `Deleted session ${hash.slice(0, 12)}`;
      context.dependencies.io.write(`${text}\n`);
      return exitCodes.ok;
    }),
};
