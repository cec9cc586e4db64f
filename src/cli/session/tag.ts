import { AppError } from "../../lib/app-error.ts";
import type { Command, CommandContext } from "../command.ts";
import { changeSessions, jsonOption } from "./change-sessions.ts";
import { splitTags, type TagVerb, tagVerbs } from "./session-verbs.ts";

async function changeTags(context: CommandContext, { change, text }: TagVerb): Promise<number> {
  const [ids = "", ...words] = context.words;
  const tags = words.flatMap(splitTags);
  if (tags.length === 0) throw new AppError("usage", "no tag is given", { hint: "give at least one word" });
  return changeSessions(
    context,
    ids.split(",").filter((id) => id !== ""),
    {
      verb: { change: async (app, sessionIds) => change(app, sessionIds, tags), text },
      json: (session, app) => ({ tags: app.organise.tagsOf(session.id) }),
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
  run: async (context) => changeTags(context, tagVerbs.tag),
};

export const untagCommand: Command = {
  usage: "<id[,id…]> <tag…>",
  description: "Takes tags of sessions away.",
  options: [jsonOption],
  examples: [{ comment: "The review is done", words: "session untag 0e0fd15 needs-review" }],
  words: { min: 2, max: Number.POSITIVE_INFINITY },
  run: async (context) => changeTags(context, tagVerbs.untag),
};
