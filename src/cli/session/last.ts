import type { Command } from "../command.ts";
import { withApp } from "../with-app.ts";
import { printSession } from "./print-session.ts";

export const lastCommand: Command = {
  usage: "",
  description: "Shows the session used last, empty ones aside.",
  options: [{ name: "json", summary: "print JSON, with every part of every message" }],
  examples: [
    { comment: "Read what was done last", words: "session last" },
    { comment: "The last answer alone", words: "session last --json | jq -r '.messages[-1].parts[].text // empty'" },
  ],
  words: { min: 0, max: 0 },
  run: (context) => withApp(context, (app) => printSession(app, app.lastSession().id, context)),
};
