import type { ChangedFile } from "../../app/app.ts";
import type { TurnOutcome } from "../../app/prompt.ts";
import type { ModelChoice } from "../../schema/model.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import type { Session } from "../../schema/session.ts";
import type { Usage } from "../../schema/usage.ts";
import { usageJson } from "../format-usage.ts";
import { fileJson } from "../session/session-json.ts";

export interface RunStart {
  readonly session: Session;
  /** 16 hex characters. */
  readonly hash: string;
  readonly model: ModelChoice;
}

export interface RunResult extends RunStart {
  readonly outcome: TurnOutcome;
  /** Of all requests of the run, its title's included. */
  readonly usage: Usage;
  readonly costUsd: number | null;
  /** Changed in this run; the counts are of the session. */
  readonly files: readonly ChangedFile[];
  readonly durationMs: number;
}

/** One way to print a run. What it writes is documented in docs/run-formats.md. */
export interface RunOutput {
  start(start: RunStart): void;
  /** Events of the run's own session. */
  event(event: SessionEvent): void;
  end(result: RunResult): void;
}

/** The last line of stream-json, and all of json. */
export function resultJson({
  session,
  hash,
  model,
  outcome,
  usage,
  costUsd,
  files,
  durationMs,
}: RunResult): Readonly<Record<string, unknown>> {
  return {
    type: "result",
    session_id: session.id,
    session_hash: hash,
    text: outcome.text,
    usage: usageJson(usage),
    cost: costUsd,
    files: files.map((file) => fileJson(file)),
    finish_reason: outcome.reason,
    provider: model.provider,
    model: model.model,
    duration_ms: durationMs,
    ...(outcome.errorMessage !== undefined && { error: outcome.errorMessage }),
    ...(outcome.errorHint !== undefined && { hint: outcome.errorHint }),
    ...(outcome.failureKind !== undefined && { failure: outcome.failureKind }),
  };
}
