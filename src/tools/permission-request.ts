import type { ToolDisplay } from "../schema/display-block.ts";
import type { PermissionAction, PermissionRequest } from "../schema/permission.ts";
import type { ToolContext } from "./tool.ts";

export interface RequestFacts {
  readonly tool: string;
  readonly action: PermissionAction;
  /** As `ToolPath.path`: grants cover directories by it. */
  readonly path: string;
  readonly url?: string;
  readonly command?: string;
  readonly description: string;
  readonly display: ToolDisplay;
}

export function permissionRequest(context: ToolContext, facts: RequestFacts): PermissionRequest {
  return { id: crypto.randomUUID(), sessionId: context.sessionId, toolCallId: context.toolCallId, ...facts };
}
