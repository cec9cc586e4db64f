import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { SessionId, ToolCallId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { PermissionRequest } from "../schema/permission.ts";
import type { Todo } from "../schema/session.ts";

/** What goes into the tool row. `metadata` has the keys that Crush's own tool writes (crush-surface.md). */
export interface ToolResult {
  /** For the model. */
  readonly content: string;
  readonly isError: boolean;
  readonly metadata?: JsonObject;
  readonly media?: { readonly mimeType: string; readonly data: string };
}

/** What a session knows of the files that it read and changed. Paths are absolute. */
export interface FileTracker {
  /** When and in which state the session last read (or wrote) the file; undefined where it never did. */
  lastRead(path: string): FileFact | undefined;
  /** `state`: what was read; without it the file is looked at again. */
  recordRead(path: string, state?: FileState): Promise<void>;
  /** Stores what a file holds, lastingly, before it is changed: afterwards nothing else has it. */
  recordFound(path: string, content: string): Promise<void>;
  /**
   * Stores the versions of a change (format: `files`). `before` null: the file did not exist; `after` null: it is gone.
   * Counts as a read as well.
   */
  recordChange(path: string, change: { readonly before: string | null; readonly after: string | null }): Promise<void>;
  /** Files that changed while a command ran, with no versions: binary, over 1 MB, or too many. Paths may be inexact. */
  recordUntracked?(paths: readonly string[]): Promise<void>;
  /** Files that the session has read or changed. */
  knownPaths(): readonly string[];
}

/** `readFileState` of lib/file-state.ts gives it. */
export interface FileState {
  readonly sizeBytes: number;
  /** As a decimal string: nanoseconds since the epoch do not fit a double. */
  readonly modifiedNs: string;
  /** SHA-256 of the content, lower-case hex; "" where only Crush recorded the read. */
  readonly hash: string;
}

export interface FileFact extends FileState {
  /** Unix seconds of the read. */
  readonly readAt: number;
}

export interface TodoList {
  read(): readonly Todo[];
  write(todos: readonly Todo[]): Promise<void>;
}

/** A session as lists name it. */
export interface ListedSession {
  readonly sessionId: SessionId;
  /** 12 hex characters; any unique beginning of it names the session. */
  readonly shortId: string;
  readonly title: string;
  readonly state: string;
  /** User and assistant messages. */
  readonly messageCount: number;
  /** Unix seconds. */
  readonly updatedAt: number;
}

export interface FoundInSession {
  readonly shortId: string;
  readonly title: string;
  /** What matched: a title, a prompt, an answer, … */
  readonly field: string;
  /** Unix seconds. */
  readonly atSeconds: number;
  readonly snippet: string;
}

export interface ReadSession extends ListedSession {
  /** The newest of what was asked for, oldest first. */
  readonly messages: readonly Message[];
  /** Gives the page before this one; null at the beginning. */
  readonly olderCursor: number | null;
}

/** A refusal is for the model: why, and what to do. */
export type SessionAnswer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "refused"; readonly why: string };

/** The project's other sessions, for one turn of one session. Nothing of them enters a request unless a call asks. */
export interface SessionDirectory {
  /**
   * Makes a top-level session on the calling session's model. With `isStarted` its first turn runs in the background; else
   * the prompt waits there as a draft. Refused in a child session and after the fifth of a turn.
   */
  create(input: {
    readonly title: string;
    readonly prompt: string;
    readonly isStarted: boolean;
  }): Promise<SessionAnswer<ListedSession>>;
  /** Newest first, without this one, children and archived ones. */
  list(limit: number): readonly ListedSession[];
  /** Of all sessions but this one. */
  search(
    query: string,
    options: { readonly limit: number; readonly signal: AbortSignal },
  ): Promise<readonly FoundInSession[]>;
  /** `session`: an id, a short id, or the beginning of one. */
  read(session: string, page: { readonly limit: number; readonly before?: number }): SessionAnswer<ReadSession>;
}

/** All that a tool may touch besides the disk and processes. One per call. */
export interface ToolContext {
  readonly sessionId: SessionId;
  readonly toolCallId: ToolCallId;
  /** The directory that relative paths start from. Absolute. */
  readonly workingDirectory: string;
  /** Paths outside it need a permission even for reading. Absolute. */
  readonly projectRoot: string;
  /** Where outputs too long to store go, named in the result. Absolute; created when needed (0700). */
  readonly spillDirectory: string;
  /** The environment for child processes: without the providers' keys. */
  readonly environment: Readonly<Record<string, string>>;
  /** Key values, longest first: masked in what a tool itself puts on disk (spilled outputs). Results are masked by the app. */
  readonly secrets: readonly string[];
  readonly files: FileTracker;
  readonly todos: TodoList;
  readonly sessions: SessionDirectory;
  readonly signal: AbortSignal;
  /**
   * Output as it comes: for the screen, and kept until the call has its result. `file`: the name of the one in the
   * spillDirectory that holds all of it, null as long as there is none.
   */
  onOutput(text: string, file: string | null): void;
}

/**
 * A call that is checked and ready. `permissions` lists what it would do (empty: nothing that could need asking).
 * `run` does it; it never throws for what belongs to the conversation, and checks again what may have changed since.
 * A call whose signal aborts resolves promptly, with an error result and nothing half-written.
 */
export type PreparedCall =
  | { readonly kind: "ready"; readonly permissions: readonly PermissionRequest[]; run(): Promise<ToolResult> }
  | { readonly kind: "refused"; readonly result: ToolResult };

export interface Tool {
  readonly name: string;
  /** For the model. */
  readonly description: string;
  /** JSON Schema of the parameters. */
  readonly parameters: JsonObject;
  /** True where a call changes nothing: such calls of one step run side by side. */
  readonly isReadOnly: boolean;
  /** Checks the input (already JSON) and the world; changes nothing. Never throws for a bad input: `refused` then. */
  prepare(input: JsonValue, context: ToolContext): Promise<PreparedCall>;
}

/** Running background jobs, the ones that `bash` started; ended when the program exits. */
export interface BackgroundJobs {
  /** Ends all jobs of a session, or all jobs; resolves when their process groups are gone. */
  endAll(sessionId?: SessionId): Promise<void>;
  /** How many run, in a session or in all. */
  count(sessionId?: SessionId): number;
  /** Calls back with the commands of all that run in a session, the oldest first, whenever that has changed. */
  watch(listener: (sessionId: SessionId, commands: readonly string[]) => void): void;
}

/** What `tools/all.ts` makes. */
export interface ToolSet {
  readonly tools: readonly Tool[];
  readonly jobs: BackgroundJobs;
  /** Paths below `root` that match a query as people type it, best first, relative, ignore rules obeyed. Never rejects. */
  completePath(root: string, options: { readonly query: string; readonly limit: number }): Promise<string[]>;
}
