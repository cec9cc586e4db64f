import type { App } from "../../app/app.ts";
import { AppError } from "../../lib/app-error.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { Command, CommandContext } from "../command.ts";
import { changeSessions, jsonOption } from "./change-sessions.ts";

type ChangeTags = (app: App, ids: readonly SessionId[], tags: readonly string[]) => Promise<readonly SessionId[]>;

async function changeTags(
  context: CommandContext,
  text: { readonly done: string; readonly already: string },
  change: ChangeTags,
): Promise<number> {
  const [ids = "", ...words] = context.words;
  const tags = words.flatMap((word) => word.split(",")).filter((word) => word.trim() !== "");
  if (tags.length === 0) throw new AppError("usage", "no tag is given", { hint: "give at least one word" });
  return changeSessions(
    context,
    ids.split(",").filter((id) => id !== ""),
    {
      change: async (app, sessionIds) => change(app, sessionIds, tags),
      text: { ...text, json: (session, app) => ({ tags: app.organise.tagsOf(session.id) }) },
    },
  );
}

export const tagCommand: Command = {
  usage: "<id[,id…]> <tag…>",
  description: "Tags sessions. A tag is one word; the picker finds it with tag:word, `session list` with --tag.",
  options: [jsonOption],
  examples: [
    { comment: "Tag a session", words: "session tag 0e0fd15 parser needs-review" },
    { comment: "Several sessions at once", words: "session tag 0e0fd15,2d06800 done" },
  ],
  words: { min: 2, max: Number.POSITIVE_INFINITY },
  run: async (context) =>
    changeTags(context, { done: "Tagged", already: "tagged so" }, async (app, ids, tags) =>
      app.organise.tag(ids, tags),
    ),
};

export const untagCommand: Command = {
  usage: "<id[,id…]> <tag…>",
  description: "Takes tags of sessions away.",
  options: [jsonOption],
  examples: [{ comment: "The review is done", words: "session untag 0e0fd15 needs-review" }],
  words: { min: 2, max: Number.POSITIVE_INFINITY },
  run: async (context) =>
    changeTags(context, { done: "Untagged", already: "without that" }, async (app, ids, tags) =>
      app.organise.untag(ids, tags),
    ),
};
