/** What goes wrong, as an exit code: the one table of it. docs/run-formats.md shows it to people. */
import type { AppError, AppErrorCode } from "../lib/app-error.ts";

export const exitCodes = {
  ok: 0,
  general: 1,
  usage: 2,
  config: 3,
  key: 4,
  model: 5,
  notFound: 6,
  database: 7,
  busy: 8,
  /** 128 + SIGINT. */
  canceled: 130,
  /** 128 + SIGPIPE: nobody reads the output any more. */
  outputClosed: 141,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

const codeOf: Readonly<Record<AppErrorCode, number>> = {
  usage: exitCodes.usage,
  "not-a-terminal": exitCodes.usage,
  "prompt-too-large": exitCodes.usage,
  "input-not-text": exitCodes.usage,
  "config-invalid": exitCodes.config,
  "config-untrusted": exitCodes.config,
  "provider-unknown": exitCodes.config,
  "model-unknown": exitCodes.config,
  "model-missing": exitCodes.config,
  "key-missing": exitCodes.key,
  "model-failed": exitCodes.model,
  "session-not-found": exitCodes.notFound,
  "session-ambiguous": exitCodes.notFound,
  "no-sessions": exitCodes.notFound,
  "database-invalid": exitCodes.database,
  "database-unfit": exitCodes.database,
  "database-newer": exitCodes.database,
  "database-locked": exitCodes.database,
  "disk-full": exitCodes.database,
  "turn-canceled": exitCodes.canceled,
  "session-busy": exitCodes.busy,
  "session-changed": exitCodes.general,
  "session-unfinished": exitCodes.general,
  "permission-denied": exitCodes.general,
  "terminal-too-small": exitCodes.general,
  "input-output": exitCodes.general,
};

/** The exit code of a failure that a person can act on. Anything else is a bug, and not for this function. */
export function exitCodeOf(error: AppError): number {
  return codeOf[error.code];
}

/** The exit code of a turn that failed: the key's fault, or the model's. */
export function exitCodeOfTurn(reason: string, failureKind: string | undefined): number {
  if (reason === "canceled") return exitCodes.canceled;
  if (reason !== "error" && reason !== "content_filter") return exitCodes.ok;
  return failureKind === "auth" ? exitCodes.key : exitCodes.model;
}

/** Ends the process without waiting for anything: only for a person who asks for it a second time. */
export function exitAtOnce(code: number): never {
  process.exit(code);
}
