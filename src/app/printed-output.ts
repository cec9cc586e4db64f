import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { journaledLengthMax } from "../agent/output-journal.ts";
import type { PrintedOutput } from "../agent/replay-outputs.ts";
import type { SessionId } from "../schema/ids.ts";
import { outputDirectory } from "./spilled-outputs.ts";

/** Of each end of a long output, in characters: as much as the model gets of a command that ended by itself. */
const endLength = 15_000;
/** UTF-8 takes no more for what JavaScript counts as one character. */
const bytesPerCharacterMax = 3;

/** What a call had printed by the time its program died, as its result keeps it. "" where that is nothing. */
export function printedText(output: PrintedOutput, dataDirectory: string, sessionId: SessionId): string {
  const { text, file } = output;
  if (file === null && text.length <= 2 * endLength) return text;
  const whole = file === null ? null : path.join(outputDirectory(dataDirectory, sessionId), path.basename(file));
  const kept = whole === null ? null : endOfFile(whole);
  const rest = kept === null ? "the middle is left out" : `all of it is in ${whole ?? ""}`;
  const end = (kept ?? text).slice(-endLength).toWellFormed();
  const later =
    kept === null && text.length >= journaledLengthMax ? "\n\n... [what came after this was not kept] ..." : "";
  return `${text.slice(0, endLength).toWellFormed()}\n\n... [${rest}] ...\n\n${end}${later}`;
}

/**
 * Null where it can't be read. The name comes from a journal, and that from a directory that a stranger may have made: what
 * leads elsewhere (a link, or a second name of another file) is not read.
 */
function endOfFile(file: string): string | null {
  try {
    if (!lstatSync(path.dirname(file)).isDirectory()) return null;
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = fstatSync(descriptor);
      if (!status.isFile() || status.nlink !== 1) return null;
      const bytes = Buffer.alloc(Math.min(status.size, endLength * bytesPerCharacterMax));
      const length = readSync(descriptor, bytes, 0, bytes.length, status.size - bytes.length);
      return bytes.toString("utf8", 0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // It was deleted, or never written.
    return null;
  }
}
