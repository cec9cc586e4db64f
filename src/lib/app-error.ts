/** Everything that a person can act on. Exit codes and HTTP statuses are derived from it in one file a front end. */
export type AppErrorCode =
  | "usage"
  | "session-not-found"
  | "session-ambiguous"
  | "session-busy"
  | "session-changed"
  | "session-unfinished"
  | "no-sessions"
  | "config-invalid"
  | "config-untrusted"
  | "provider-unknown"
  | "model-unknown"
  | "model-missing"
  | "key-missing"
  | "database-invalid"
  | "database-unfit"
  | "database-newer"
  | "database-locked"
  | "disk-full"
  | "permission-denied"
  | "not-a-terminal"
  | "terminal-too-small"
  | "prompt-too-large"
  | "input-not-text"
  | "model-failed"
  | "turn-canceled"
  | "input-output";

/** An error for a person: names the thing and the reason; `hint` says what to do next. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: AppErrorCode;
  readonly hint: string | undefined;

  constructor(code: AppErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
