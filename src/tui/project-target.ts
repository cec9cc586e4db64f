import type { App } from "../app/app.ts";
import type { ProjectPlace } from "../app/session-organiser.ts";
import type { SessionId } from "../schema/ids.ts";
import type { FoundMessage } from "./found-message.ts";

/** Where the person wants to go: a session of another project, or the project. */
export interface ProjectTarget extends ProjectPlace {
  /** A message that is put into focus there; null: none. */
  readonly at: FoundMessage | null;
}

/** What runs here and may be ended to go there, as the person has said: nothing, background jobs, or sessions at work too. */
export type MayStop = "nothing" | "jobs" | "all";

/** The other project, open and ready to be shown. */
export interface OpenedProject {
  readonly app: App;
  readonly sessionId: SessionId;
  readonly at: FoundMessage | null;
}

/** Rejects with AppError where it can't be opened. `onLocked` is told of the program that is waited for. */
export type OpenProject = (target: ProjectTarget, onLocked: (holder: string) => void) => Promise<OpenedProject>;
