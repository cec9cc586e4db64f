import type { Command } from "../command.ts";
import { withApp } from "../with-app.ts";
import { printSession } from "./print-session.ts";

export const showCommand: Command = {
  usage: "<id>",
  description: "Shows a session: figures, changed files, transcript. The id is a UUID, a hash, or the start of one.",
  options: [{ name: "json", summary: "print JSON, with every part of every message" }],
  examples: [
    { comment: "Show a session", words: "session show 0e0fd15" },
    { comment: "What it has consumed", words: "session show 0e0fd15 --json | jq .meta.usage" },
  ],
  words: { min: 1, max: 1 },
  run: (context) => withApp(context, (app) => printSession(app, app.findSession(context.words[0] ?? "").id, context)),
};
