import path from "node:path";
import { AppError } from "../lib/app-error.ts";
import { toFileError } from "../lib/file-error.ts";
import { sanitizeLine } from "../term/sanitize.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitCodes } from "./exit.ts";
import { formatLogLine } from "./format-log-line.ts";
import type { CliIo } from "./io.ts";
import { type Paint, paintFor } from "./paint.ts";
import { readPlaces } from "./read-config.ts";
import { type LogTail, readLogSince, readLogTail } from "./read-log.ts";

const linesDefault = 1000;
const pollMs = 250;

function lineCount(context: CommandContext): number {
  const text = context.options.text("tail");
  if (text === undefined) return linesDefault;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new AppError("usage", `--tail cannot be "${text}"`, { hint: "it takes a number of lines, such as 50" });
}

function printLines(io: CliIo, lines: readonly string[], paint: Paint): boolean {
  const shown = lines.map((line) => formatLogLine(line, paint)).filter((line) => line !== undefined);
  return shown.length === 0 || io.write(`${shown.join("\n")}\n`);
}

/** Until the person has enough, or nobody reads any more. */
function follow(io: CliIo, start: LogTail, print: (tail: LogTail) => LogTail): Promise<void> {
  return new Promise((resolve) => {
    let last = start;
    const timer = setInterval(() => {
      last = print(last);
    }, pollMs);
    const stop = (): void => {
      clearInterval(timer);
      release();
      resolve();
    };
    const release = io.onSignal(stop);
    io.onOutputClosed(stop);
  });
}

export const logsCommand: Command = {
  usage: "",
  description: "Shows the log of this project: sessions, requests and errors, never what was said.",
  options: [
    { name: "follow", short: "f", summary: "go on showing what comes" },
    { name: "tail", short: "t", value: "lines", summary: `show this many lines (${linesDefault})` },
  ],
  examples: [
    { comment: "The last lines", words: "logs --tail 50" },
    { comment: "Watch what happens", words: "logs --follow" },
  ],
  words: { min: 0, max: 0 },
  run: async (context) => {
    const { io } = context.dependencies;
    const count = lineCount(context);
    const config = readPlaces(context);
    const file = path.join(config.dataDirectory, "logs", "crush.log");
    const { noColor, term } = config.surroundings;
    const paint = paintFor({ isTerminal: io.isOutputTerminal, noColor, term });
    try {
      const tail = readLogTail(file, count);
      if (tail === undefined) {
        io.writeError(`There is no log yet: ${sanitizeLine(file)}\n`);
        if (!context.options.has("follow")) return exitCodes.ok;
      }
      const isRead = printLines(io, tail?.lines ?? [], paint);
      if (count > 0 && tail?.lines.length === count) {
        io.writeError(`\nShowing the last ${count} lines of ${sanitizeLine(file)}\n`);
      }
      if (!context.options.has("follow") || !isRead) return exitCodes.ok;
      await follow(io, tail ?? { lines: [], endBytes: 0, inode: 0 }, (last) => {
        const next = readLogSince(file, last);
        printLines(io, next.lines, paint);
        return next;
      });
      return exitCodes.ok;
    } catch (error) {
      throw toFileError(error, `read ${file}`);
    }
  },
};
