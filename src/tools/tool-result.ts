import type { JsonObject } from "../lib/json.ts";
import type { PreparedCall, ToolResult } from "./tool.ts";

export function textResult(content: string, metadata?: JsonObject): ToolResult {
  return metadata === undefined ? { content, isError: false } : { content, isError: false, metadata };
}

export function errorResult(content: string, metadata?: JsonObject): ToolResult {
  return metadata === undefined ? { content, isError: true } : { content, isError: true, metadata };
}

export function refused(content: string): PreparedCall {
  return { kind: "refused", result: errorResult(content) };
}
