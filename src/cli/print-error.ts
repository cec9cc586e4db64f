import { sanitizeLines } from "../term/sanitize.ts";
import type { CliIo } from "./io.ts";

/** Hints name commands by the name that most people call; here they get the one that was called. */
const commandName =
  /\bcrush (?=(?:run|session|models|login|logout|config|logs|stats|projects|dirs|schema|db|doctor|--\w|-[a-zA-Z])\b)/gu;

export interface PrintedError {
  readonly message: string;
  readonly hint?: string | undefined;
  /** What the line begins with; "error" where it is not given. */
  readonly label?: string;
}

export interface ErrorPlace {
  readonly io: Pick<CliIo, "writeError">;
  readonly calledAs: string;
}

/** Two lines on standard error: what is wrong, and what to do. Made harmless: names and texts of others may be in it. */
export function printError({ io, calledAs }: ErrorPlace, error: PrintedError): void {
  const line = (label: string, text: string): string =>
    `${label}: ${sanitizeLines(text).replaceAll(commandName, `${calledAs} `)}\n`;
  io.writeError(line(error.label ?? "error", error.message));
  if (error.hint !== undefined && error.hint !== "") io.writeError(line("hint", error.hint));
}
