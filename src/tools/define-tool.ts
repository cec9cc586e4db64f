import type { JsonObject } from "../lib/json.ts";
import type { PreparedCall, Tool, ToolContext, ToolResult } from "./tool.ts";
import { type ParameterSchema, parametersOf, parseToolInput } from "./tool-input.ts";
import { errorResult, refused } from "./tool-result.ts";

export interface ToolDefinition<Input> {
  readonly name: string;
  readonly description: string;
  readonly isReadOnly: boolean;
  readonly schema: ParameterSchema<Input>;
  /** As `Tool.prepare`, with a valid input. Errors of the operating system may be thrown: they become results. */
  prepare(input: Input, context: ToolContext): Promise<PreparedCall>;
}

const canceled = errorResult("The call was canceled before it finished.");

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string";
}

/** What the conversation has to know of an error; a bug is thrown on. */
function resultOf(error: unknown, signal: AbortSignal): ToolResult {
  if (signal.aborted) return canceled;
  if (isSystemError(error)) return errorResult(error.message);
  throw error;
}

/** Adds what all tools share: the JSON schema, the check of the input, cancellation, system errors as results. */
export function defineTool<Input>(definition: ToolDefinition<Input>): Tool {
  let parameters: JsonObject | undefined;
  const parametersOnce = (): JsonObject => (parameters ??= parametersOf(definition.schema));

  async function run(call: PreparedCall & { kind: "ready" }, signal: AbortSignal): Promise<ToolResult> {
    if (signal.aborted) return canceled;
    try {
      return await call.run();
    } catch (error) {
      return resultOf(error, signal);
    }
  }

  return {
    name: definition.name,
    description: definition.description,
    isReadOnly: definition.isReadOnly,
    get parameters() {
      return parametersOnce();
    },
    async prepare(input, context) {
      const parsed = parseToolInput(definition.schema, parametersOnce(), input);
      if (parsed.kind === "invalid") return refused(parsed.message);
      if (context.signal.aborted) return { kind: "refused", result: canceled };
      try {
        const call = await definition.prepare(parsed.input, context);
        return call.kind === "refused" ? call : { ...call, run: () => run(call, context.signal) };
      } catch (error) {
        return { kind: "refused", result: resultOf(error, context.signal) };
      }
    },
  };
}
