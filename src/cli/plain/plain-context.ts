import type { App } from "../../app/app.ts";
import type { DisplayCall } from "../../schema/display-block.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { PlainOutput } from "./plain-output.ts";

export interface ListedSessions {
  readonly kind: "none" | "sessions" | "archived" | "search";
  /** The first is number 1. */
  readonly ids: readonly SessionId[];
}

/** What the commands of the program work with. */
export interface PlainContext {
  readonly app: App;
  readonly output: PlainOutput;
  readonly displayCall: DisplayCall;
  readonly sessionId: SessionId;
  /** What the last list had, for `/switch 2`. */
  listed: ListedSessions;
  /** Shows another session from now on. */
  open(sessionId: SessionId): Promise<void>;
  /** Asks in words; null: the input has ended. */
  ask(question: string): Promise<string | null>;
  /** Sends a prompt and says all that comes of it. */
  send(text: string): Promise<void>;
}
