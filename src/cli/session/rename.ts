import { AppError } from "../../lib/app-error.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { withApp } from "../with-app.ts";

export const renameCommand: Command = {
  usage: "<id> <title…>",
  description: "Gives a session a title, which is then never changed by itself.",
  options: [{ name: "json", summary: "print JSON" }],
  examples: [{ comment: "Name a session", words: "session rename 0e0fd15 Parser for dates" }],
  words: { min: 2, max: Number.POSITIVE_INFINITY },
  run: (context) =>
    withApp(context, async (app) => {
      const [id = "", ...words] = context.words;
      const title = words.join(" ").trim();
      if (title === "") throw new AppError("usage", "the title is empty", { hint: "give at least one word" });
      const session = app.findSession(id);
      await app.renameSession(session.id, title);
      const hash = app.showSession(session.id).hash;
      const text = context.options.has("json")
        ? JSON.stringify({ id: hash, uuid: session.id, title, renamed: true })
        : `Renamed session ${hash.slice(0, 12)} to ${JSON.stringify(sanitizeLine(title))}`;
      context.dependencies.io.write(`${text}\n`);
      return exitCodes.ok;
    }),
};
