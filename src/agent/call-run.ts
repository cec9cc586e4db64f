import { must } from "../lib/assert.ts";
import type { PermissionRequest } from "../schema/permission.ts";
import type { PreparedCall, ToolResult } from "../tools/tool.ts";
import type { CallSurroundings, ToolCall, TurnPorts } from "./ports.ts";

/** One call of a step on its way from the model's words to a result. */
export class CallRun {
  readonly call: ToolCall;
  isAnswered = false;
  readonly #ports: Pick<TurnPorts, "tools" | "reportBug">;
  #prepared: Extract<PreparedCall, { kind: "ready" }> | null = null;

  constructor(call: ToolCall, ports: Pick<TurnPorts, "tools" | "reportBug">) {
    this.call = call;
    this.#ports = ports;
  }

  async prepare(surroundings: CallSurroundings): Promise<PreparedCall> {
    try {
      const prepared = await this.#ports.tools.prepare(this.call, surroundings);
      if (prepared.kind === "ready") this.#prepared = prepared;
      return prepared;
    } catch (error) {
      return { kind: "refused", result: this.#bugResult(error) };
    }
  }

  permissions(): readonly PermissionRequest[] {
    return must(this.#prepared, "a prepared call").permissions;
  }

  async run(): Promise<ToolResult> {
    try {
      return await must(this.#prepared, "a prepared call").run();
    } catch (error) {
      return this.#bugResult(error);
    }
  }

  #bugResult(error: unknown): ToolResult {
    this.#ports.reportBug(error);
    const reason = error instanceof Error ? error.message : String(error);
    return { content: `The tool ${this.call.name} failed inside: ${reason}`, isError: true };
  }
}
