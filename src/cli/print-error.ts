import { sanitizeLines } from "../term/sanitize.ts";
import type { CliIo } from "./io.ts";

/** Two lines on standard error: what is wrong, and what to do. Made harmless: names and texts of others may be in it. */
export function printError(io: CliIo, error: { readonly message: string; readonly hint?: string | undefined }): void {
  io.writeError(`error: ${sanitizeLines(error.message)}\n`);
  if (error.hint !== undefined) io.writeError(`hint: ${sanitizeLines(error.hint)}\n`);
}
