/** What a test and the processes that it kills say to one another: JSON, a line each. */
import type { FailpointName } from "./failpoints.ts";

export interface ActorOptions {
  /** Safeguards that are switched off, to show what they are for. */
  readonly without: readonly ("journal" | "settling" | "fencing")[];
  /** Where the process ends itself; null: nowhere. */
  readonly armed: ArmedFailpoint | null;
  readonly lockTimeoutMs?: number;
}

export interface ArmedFailpoint {
  readonly name: FailpointName;
  /** At which of its times, from 1. */
  readonly time: number;
}

export type ActorCommand =
  | { readonly do: "new" }
  | { readonly do: "prompt"; readonly session: string; readonly text: string }
  | { readonly do: "queue"; readonly session: string; readonly text: string }
  | { readonly do: "cancel"; readonly session: string }
  | { readonly do: "delete"; readonly session: string }
  | { readonly do: "draft"; readonly session: string; readonly text: string }
  | { readonly do: "shell"; readonly session: string; readonly command: string }
  | { readonly do: "open"; readonly session: string }
  | { readonly do: "arm"; readonly failpoint: ArmedFailpoint }
  | { readonly do: "jump"; readonly byMs: number }
  | { readonly do: "quit" };

export type NumberedCommand = ActorCommand & { readonly number: number };

/** `atMs` is the actor's own uptime: what it had time for is told by it, not by the clock of a machine that may be busy. */
export type ActorLine =
  | { readonly say: "ready"; readonly atMs: number }
  | { readonly say: "beat"; readonly atMs: number }
  | { readonly say: "prompt"; readonly session: string; readonly message: string; readonly text: string }
  | {
      readonly say: "delta";
      readonly session: string;
      readonly message: string;
      /** What it is a piece of: the text, the reasoning, or the arguments of a call, by its id. */
      readonly of: "text" | "reasoning" | `call ${string}`;
      readonly text: string;
      readonly atMs: number;
    }
  | { readonly say: "discarded"; readonly session: string; readonly message: string }
  | { readonly say: "finished"; readonly session: string; readonly message: string; readonly text: string }
  | { readonly say: "result"; readonly session: string; readonly call: string; readonly content: string }
  | { readonly say: "turn-start"; readonly session: string }
  | { readonly say: "turn-end"; readonly session: string; readonly reason: string }
  | { readonly say: "failpoint"; readonly name: FailpointName }
  | { readonly say: "done"; readonly number: number; readonly session: string | null }
  | { readonly say: "failed"; readonly number: number; readonly code: string; readonly message: string };
