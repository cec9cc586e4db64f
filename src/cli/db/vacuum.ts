import { vacuumDatabase } from "../../app/back-up-database.ts";
import { noteMissingLog } from "../../app/missing-log.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit.ts";
import { formatSize } from "../../lib/format-size.ts";
import { printError } from "../print-error.ts";
import { readPlaces } from "../read-config.ts";

export const vacuumCommand: Command = {
  usage: "",
  description:
    "Rewrites the session database without the room that deleted sessions left. Needs as much free space as it takes; other windows wait meanwhile.",
  options: [{ name: "json", summary: "print JSON" }],
  examples: [
    { comment: "Give free space back to the disk", words: "db vacuum" },
    { comment: "See first how much there is", words: "db info" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io, nowMs } = context.dependencies;
    const places = readPlaces(context);
    const warning = noteMissingLog(places, nowMs());
    if (warning !== null) printError(context.dependencies, { label: "warning", message: warning });
    if (io.isErrorTerminal) io.writeError("rewriting the database …\n");
    const { beforeBytes, afterBytes } = await vacuumDatabase(places);
    const text = context.options.has("json")
      ? JSON.stringify({ before_bytes: beforeBytes, after_bytes: afterBytes })
      : `${formatSize(beforeBytes)} before, ${formatSize(afterBytes)} now`;
    io.write(`${text}\n`);
    return exitCodes.ok;
  },
};
