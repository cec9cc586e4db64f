import type { PermissionRequest } from "../schema/permission.ts";
import type { ToolDisplay } from "../schema/display-block.ts";
import type { ToolContext } from "./tool.ts";

/** Looking at the project's other sessions is a read inside the project, which config may still want to be asked for. */
export function sessionReadPermission(
  context: ToolContext,
  what: { readonly tool: string; readonly description: string; readonly display: ToolDisplay },
): PermissionRequest {
  const { sessionId, toolCallId, projectRoot } = context;
  return { id: crypto.randomUUID(), sessionId, toolCallId, action: "read", path: projectRoot, ...what };
}
