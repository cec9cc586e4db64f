import type { RecoveryPlaces } from "../app/restore-database.ts";
import type { CliIo } from "./io.ts";

export interface RecoveryContext {
  readonly config: RecoveryPlaces;
  readonly io: Pick<CliIo, "ask" | "writeError">;
  /** Somebody is there to be asked. */
  readonly isInteractive: boolean;
  readonly calledAs: string;
  readonly nowMs: () => number;
}
