import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readFileState } from "../../src/lib/file-state.ts";
import type { JsonValue } from "../../src/lib/json.ts";
import { asSessionId, asToolCallId } from "../../src/schema/ids.ts";
import type { Message } from "../../src/schema/message.ts";
import type { Todo } from "../../src/schema/session.ts";
import { createToolSet } from "../../src/tools/all.ts";
import type {
  FileFact,
  FileState,
  FileTracker,
  FoundInSession,
  ListedSession,
  PreparedCall,
  ReadSession,
  SessionAnswer,
  SessionDirectory,
  Tool,
  ToolContext,
  ToolResult,
  ToolSet,
} from "../../src/tools/tool.ts";

export interface RecordedChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A session's files in memory, with what the tools recorded for a test to look at. */
class MemoryFileTracker implements FileTracker {
  readonly changes: RecordedChange[] = [];
  readonly untracked: string[] = [];
  /** Contents that were stored before a change, with what the file held in that moment. */
  readonly found: { readonly stored: string; readonly onDisk: string | null }[] = [];
  readonly #facts = new Map<string, FileFact>();

  lastRead(file: string): FileFact | undefined {
    return this.#facts.get(file);
  }

  setFact(file: string, fact: FileFact): void {
    this.#facts.set(file, fact);
  }

  async recordRead(file: string, state?: FileState): Promise<void> {
    const seen = state ?? (await readFileState(file));
    if (seen !== undefined) this.#facts.set(file, { ...seen, readAt: Math.floor(Date.now() / 1000) });
  }

  recordFound(file: string, content: string): Promise<void> {
    this.found.push({ stored: content, onDisk: existsSync(file) ? readFileSync(file, "utf8") : null });
    return Promise.resolve();
  }

  async recordChange(file: string, change: Omit<RecordedChange, "path">): Promise<void> {
    this.changes.push({ path: file, ...change });
    await this.recordRead(file);
  }

  recordUntracked(paths: readonly string[]): Promise<void> {
    this.untracked.push(...paths);
    return Promise.resolve();
  }

  knownPaths(): readonly string[] {
    return [...this.#facts.keys()];
  }
}

/** Sessions in memory, with what tools asked of them. */
class MemorySessions implements SessionDirectory {
  readonly created: { readonly title: string; readonly prompt: string; readonly isStarted: boolean }[] = [];
  readonly searches: string[] = [];
  listed: readonly ListedSession[] = [];
  found: readonly FoundInSession[] = [];
  messages: readonly Message[] = [];
  olderCursor: number | null = null;
  /** Why the next creation is refused. */
  refusal: string | null = null;

  async create(input: MemorySessions["created"][number]): Promise<SessionAnswer<ListedSession>> {
    if (this.refusal !== null) return { kind: "refused", why: this.refusal };
    this.created.push(input);
    return { kind: "ok", value: sampleSession({ title: input.title }) };
  }

  list(limit: number): readonly ListedSession[] {
    return this.listed.slice(0, limit);
  }

  async search(query: string): Promise<readonly FoundInSession[]> {
    this.searches.push(query);
    return this.found;
  }

  read(session: string, { limit }: { readonly limit: number }): SessionAnswer<ReadSession> {
    const known = this.listed.find(({ shortId }) => shortId.startsWith(session));
    if (known === undefined) return { kind: "refused", why: `session not found: ${session}` };
    return { kind: "ok", value: { ...known, messages: this.messages.slice(-limit), olderCursor: this.olderCursor } };
  }
}

export function sampleSession(part: Partial<ListedSession>): ListedSession {
  return {
    sessionId: asSessionId("0e0f-other"),
    shortId: "0e0fd1590c1b",
    title: "Another one",
    state: "idle",
    messageCount: 2,
    updatedAt: 1_790_000_000,
    ...part,
  };
}

/** A project in a temporary directory, with the real tools on it. Dispose it: that ends its jobs, too. */
export class ToolProject {
  readonly top = mkdtempSync(path.join(realpathSync(tmpdir()), "tools-"));
  readonly root = path.join(this.top, "project");
  readonly outside = path.join(this.top, "outside");
  readonly home = path.join(this.top, "home");
  readonly files = new MemoryFileTracker();
  readonly toolSet: ToolSet = createToolSet({
    lsMaxDepth: null,
    lsMaxItems: null,
    grepTimeoutMs: null,
    globTimeoutMs: null,
  });
  todos: readonly Todo[] = [];
  readonly sessions = new MemorySessions();
  output = "";
  #onOutput: () => void = () => undefined;

  constructor() {
    for (const directory of [this.root, this.outside, this.home]) mkdirSync(directory, { recursive: true });
  }

  context(changes: Partial<ToolContext> = {}): ToolContext {
    return {
      sessionId: asSessionId("session"),
      toolCallId: asToolCallId("call"),
      workingDirectory: this.root,
      projectRoot: this.root,
      spillDirectory: path.join(this.root, ".crush", "outputs"),
      environment: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: this.home, LC_ALL: "C.UTF-8" },
      secrets: [],
      files: this.files,
      todos: {
        read: () => this.todos,
        write: (todos) => {
          this.todos = todos;
          return Promise.resolve();
        },
      },
      sessions: this.sessions,
      signal: new AbortController().signal,
      onOutput: (text) => {
        this.output += text;
        this.#onOutput();
      },
      ...changes,
    };
  }

  tool(name: string): Tool {
    const tool = this.toolSet.tools.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool;
  }

  prepare(name: string, input: JsonValue, changes: Partial<ToolContext> = {}): Promise<PreparedCall> {
    return this.tool(name).prepare(input, this.context(changes));
  }

  /** Prepares and runs a call, as if all that it asks for were allowed. */
  async call(name: string, input: JsonValue, changes: Partial<ToolContext> = {}): Promise<ToolResult> {
    const call = await this.prepare(name, input, changes);
    return call.kind === "ready" ? call.run() : call.result;
  }

  /** Resolves once the output of running calls holds a line for each name, as `name=value`, with the values. */
  async outputValues(names: readonly string[]): Promise<string[]> {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const look = (): void => {
      const values = names.map((name) => new RegExp(`^${name}=(.*)\n`, "m").exec(this.output)?.[1]);
      const present = values.filter((value) => value !== undefined);
      if (present.length === names.length) resolve(present);
    };
    this.#onOutput = look;
    look();
    return promise;
  }

  /** Absolute, in the project. */
  path(name: string): string {
    return path.join(this.root, name);
  }

  write(name: string, content: string | Uint8Array): string {
    const file = this.path(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.toolSet.jobs.endAll();
    rmSync(this.top, { recursive: true, force: true });
  }
}
