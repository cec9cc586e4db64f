import type { CallSurroundings, ToolCall, ToolPort } from "../agent/ports.ts";
import { isJsonObject, parseJson } from "../lib/json.ts";
import type { SessionId } from "../schema/ids.ts";
import type { ToolDefinition } from "../schema/model-request.ts";
import type { PreparedCall, SessionDirectory, Tool, ToolContext, ToolSet } from "../tools/tool.ts";
import type { Context } from "./context.ts";
import { createFileTracker } from "./file-tracker.ts";
import { jobMark } from "./left-jobs.ts";
import { outputDirectory } from "./spilled-outputs.ts";
import { createTodoList } from "./todo-list.ts";

export interface SessionToolsOptions {
  readonly sessionId: SessionId;
  readonly toolSet: ToolSet;
  readonly sessions: SessionDirectory;
  /** Of the process that runs the turn: what its programs are marked by. */
  readonly ownerId: string;
}

type ToolsContext = Pick<Context, "config" | "store" | "secrets" | "shortId">;

/** The tools as one session uses them. */
export class SessionTools implements ToolPort {
  readonly #context: ToolsContext;
  readonly #options: SessionToolsOptions;
  readonly #tools: ReadonlyMap<string, Tool>;

  constructor(context: ToolsContext, options: SessionToolsOptions) {
    const disabled = new Set(context.config.options.disabledTools);
    const enabled = options.toolSet.tools.filter((tool) => !disabled.has(tool.name));
    this.#context = context;
    this.#options = options;
    this.#tools = new Map(enabled.map((tool) => [tool.name, tool]));
  }

  definitions(): readonly ToolDefinition[] {
    return [...this.#tools.values()].map(({ name, description, parameters }) => ({ name, description, parameters }));
  }

  isReadOnly(name: string): boolean {
    return this.#tools.get(name)?.isReadOnly ?? true;
  }

  async prepare(call: ToolCall, surroundings: CallSurroundings): Promise<PreparedCall> {
    const tool = this.#tools.get(call.name);
    if (tool === undefined) {
      return refused(`There is no tool named ${call.name}. There are: ${[...this.#tools.keys()].join(", ")}.`);
    }
    const input = parseJson(call.input.trim() === "" ? "{}" : call.input);
    if (!isJsonObject(input)) {
      const quoted = call.input.length > 500 ? `${call.input.slice(0, 500)}…` : call.input;
      return refused(`The arguments are not a JSON object; nothing was done. They were: ${quoted}`);
    }
    return tool.prepare(input, this.#toolContext(call, surroundings));
  }

  #toolContext(call: ToolCall, { signal, onOutput }: CallSurroundings): ToolContext {
    const { config, store, secrets, shortId } = this.#context;
    const { sessionId, ownerId } = this.#options;
    return {
      sessionId,
      toolCallId: call.id,
      workingDirectory: config.workingDirectory,
      projectRoot: config.projectRoot,
      spillDirectory: outputDirectory(config.dataDirectory, sessionId),
      environment: { ...config.surroundings.childEnvironment, ...jobMark({ ownerId, session: shortId(sessionId) }) },
      files: createFileTracker({ store, config, secrets }, sessionId),
      todos: createTodoList({ store, secrets }, sessionId),
      sessions: this.#options.sessions,
      secrets: secrets(),
      signal,
      onOutput,
    };
  }
}

function refused(content: string): PreparedCall {
  return { kind: "refused", result: { content, isError: true } };
}
