import type { App } from "../../app/app.ts";
import type { DisplayCall } from "../../schema/display-block.ts";
import type { SessionId } from "../../schema/ids.ts";
import type { PlainOutput } from "./plain-output.ts";

/** What the commands of the program work with. */
export interface PlainContext {
  readonly app: App;
  readonly output: PlainOutput;
  readonly displayCall: DisplayCall;
  readonly sessionId: SessionId;
  /** As the last list had them, for `/switch 2`. */
  listed: readonly SessionId[];
  /** Shows another session from now on. */
  open(sessionId: SessionId): Promise<void>;
  /** Sends a prompt and says all that comes of it. */
  send(text: string): Promise<void>;
}
