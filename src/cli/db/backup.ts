import { backUpDatabase } from "../../app/back-up-database.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatSize } from "../../lib/format-size.ts";
import { readPlaces } from "../read-config.ts";
import { withProgress } from "./progress.ts";

export const backupCommand: Command = {
  usage: "<file>",
  description:
    "Copies the session database into a file: one consistent state, checked, readable by you alone. The program, and Crush, may go on working meanwhile.",
  options: [
    { name: "force", short: "f", summary: "replace a file that is there" },
    { name: "json", summary: "print JSON" },
  ],
  examples: [
    { comment: "A backup of this project's sessions", words: "db backup ~/crush-sessions.db" },
    { comment: "Replace yesterday's", words: "db backup --force /mnt/backup/sessions.db" },
    { comment: "Bring it back", words: "db restore ~/crush-sessions.db" },
  ],
  words: { min: 1, max: 1 },
  run: async (context) => {
    const { io } = context.dependencies;
    const made = await withProgress(io, "copying", async (onProgress) =>
      backUpDatabase(readPlaces(context), {
        file: context.words[0] ?? "",
        replaces: context.options.has("force"),
        onProgress,
      }),
    );
    const text = context.options.has("json")
      ? JSON.stringify({ path: made.path, size_bytes: made.sizeBytes })
      : `Backed up to ${sanitizeLine(made.path)} (${formatSize(made.sizeBytes)})`;
    io.write(`${text}\n`);
    return exitCodes.ok;
  },
};
