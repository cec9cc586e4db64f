import { restoreDatabase } from "../../app/restore-database.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command } from "../command.ts";
import { plural } from "../plural.ts";
import { exitCodes } from "../exit.ts";
import { readPlaces } from "../read-config.ts";
import { withProgress } from "./progress.ts";

export const restoreCommand: Command = {
  usage: "[backup]",
  description:
    "Puts a backup in the place of the session database: the newest of this project, or the file that is named. A database that is there is kept under a dated name.",
  options: [
    { name: "force", short: "f", summary: "also where the database holds sessions; it is set aside" },
    { name: "json", summary: "print JSON" },
  ],
  examples: [
    { comment: "After .crush was removed", words: "db restore" },
    { comment: "Which backups there are", words: "db info" },
    { comment: "Go back to one of them", words: "db restore --force ~/crush-sessions.db" },
  ],
  words: { min: 0, max: 1 },
  run: async (context) => {
    const { io, nowMs } = context.dependencies;
    const [backup] = context.words;
    const restored = await withProgress(io, "copying", async (onProgress) =>
      restoreDatabase(readPlaces(context), {
        ...(backup !== undefined && { backup }),
        replaces: context.options.has("force"),
        nowMs: nowMs(),
        onProgress,
      }),
    );
    const { from, sessions, messages, setAside } = restored;
    if (context.options.has("json")) {
      io.write(`${JSON.stringify({ from, sessions, messages, set_aside: setAside })}\n`);
    } else {
      const what = `${plural(sessions, "session")} with ${plural(messages, "message")}`;
      io.write(`Restored ${what} from ${sanitizeLine(from)}\n`);
      if (setAside !== null) io.write(`What was there before is kept as ${sanitizeLine(setAside)}\n`);
    }
    return exitCodes.ok;
  },
};
