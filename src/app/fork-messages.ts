/** What the thread of a fork is told, and tells. */
import type { Config } from "../config/config.ts";
import type { AppErrorCode } from "../lib/app-error.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ForkResult, ForkTarget } from "./session-organiser.ts";

export interface ForkTask {
  readonly databasePath: string;
  readonly config: Pick<Config, "workingDirectory" | "projectRoot">;
  readonly ownerId: string;
  readonly source: SessionId;
  readonly target: ForkTarget;
}

export type ForkMessage =
  | { readonly kind: "progress"; readonly part: number }
  | { readonly kind: "done"; readonly result: ForkResult }
  | {
      readonly kind: "refused";
      readonly code: AppErrorCode;
      readonly message: string;
      readonly hint: string | undefined;
    };
