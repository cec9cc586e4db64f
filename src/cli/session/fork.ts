import type { App } from "../../app/app.ts";
import type { ForkTarget } from "../../app/session-organiser.ts";
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatCount } from "../format-usage.ts";
import { withApp } from "../with-app.ts";
import { jsonOption } from "./change-sessions.ts";

function targetOf(app: App, sessionId: SessionId, { options }: CommandContext): ForkTarget {
  const [at, before] = [options.text("at"), options.text("before")];
  if (at !== undefined && before !== undefined) {
    throw new AppError("usage", "--at and --before exclude each other", { hint: "give one of them" });
  }
  if (before !== undefined) return { before: app.organise.findMessage(sessionId, before) };
  return at === undefined ? {} : { at: app.organise.findMessage(sessionId, at) };
}

export const forkCommand: Command = {
  usage: "<id>",
  description:
    "Copies a session into a new one that goes its own way: messages, files, todos, model and tags. The old one stays as it is.",
  options: [
    { name: "at", value: "message", summary: "copy up to this message (id or the start of one), that one included" },
    { name: "before", value: "message", summary: "copy what stands before this message; a prompt becomes the draft" },
    jsonOption,
  ],
  examples: [
    { comment: "Try something else from here on", words: "session fork 0e0fd15" },
    {
      comment: "Find the message to fork at",
      words: "session show 0e0fd15 --json | jq -r '.messages[] | [.id, .role] | @tsv'",
    },
    { comment: "From a message on", words: "session fork 0e0fd15 --at 65dc9f50" },
    { comment: "Ask the same in other words", words: "session fork 0e0fd15 --before 5affb229" },
  ],
  words: { min: 1, max: 1 },
  run: (context) =>
    withApp(context, async (app) => {
      const source = app.findSession(context.words[0] ?? "");
      const fork = await app.organise.fork(source.id, targetOf(app, source.id, context));
      const [hash, sourceHash] = [app.shortId(fork.sessionId), app.shortId(source.id)];
      const { io } = context.dependencies;
      if (context.options.has("json")) {
        const origin = { id: sourceHash, uuid: source.id };
        const { sessionId: uuid, title, messageCount } = fork;
        io.write(
          `${JSON.stringify({ id: hash, uuid, title, forked_from: origin, message_count: messageCount, forked: true })}\n`,
        );
        return exitCodes.ok;
      }
      const count = `${formatCount(fork.messageCount)} ${fork.messageCount === 1 ? "message" : "messages"}`;
      const title = JSON.stringify(sanitizeLine(fork.title));
      io.write(`Forked session ${sourceHash.slice(0, 12)} as ${hash.slice(0, 12)} ${title}, ${count}\n`);
      if (fork.leftOutStep) io.writeError("Its last step was not finished and was left out.\n");
      return exitCodes.ok;
    }),
};
