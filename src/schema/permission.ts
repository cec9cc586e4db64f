import type { ToolDisplay } from "./display-block.ts";
import type { SessionId, ToolCallId } from "./ids.ts";

export type PermissionAction = "execute" | "read" | "write" | "list" | "fetch" | "download";

/** What a tool wants to do, before it does anything. */
export interface PermissionRequest {
  readonly id: string;
  readonly sessionId: SessionId;
  readonly toolCallId: ToolCallId;
  readonly tool: string;
  readonly action: PermissionAction;
  /** Absolute path of the file or directory concerned; for fetch and download the URL is in `url` as well. */
  readonly path: string;
  readonly url?: string;
  /** The whole command, for execute. */
  readonly command?: string;
  /** One line for a person: what will happen. */
  readonly description: string;
  /** All of it: the whole command or the diff. */
  readonly display: ToolDisplay;
}

/**
 * `left`: the program ended while this was asked; the answer takes the turn up. `changed`: the person answered such a
 * question, but the call would do something else by now, so that it is asked anew.
 */
export type QuestionOrigin = "left" | "changed";

export type GrantScope = "session" | "project";

export type PermissionAnswer =
  | { readonly decision: "allow"; readonly scope: "once" | GrantScope }
  /** `message` is passed on to the model, which goes on. Without one the turn stops after the denied step. */
  | { readonly decision: "deny"; readonly message?: string };

/**
 * A lasting permission. For execute, `pattern` is the exact command, with its directory where that is not the project's
 * root; for the other actions the directory whose files are covered, or the URL's origin.
 */
export interface Grant {
  readonly id: string;
  readonly scope: GrantScope;
  /** Null for a grant of the project. */
  readonly sessionId: SessionId | null;
  readonly tool: string;
  readonly action: PermissionAction;
  readonly pattern: string;
  readonly createdAtMs: number;
}
