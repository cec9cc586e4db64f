import type { PermissionAction, PermissionRequest } from "../schema/permission.ts";
import { fileKind } from "./file-kind.ts";
import { permissionRequest } from "./permission-request.ts";
import type { ToolContext } from "./tool.ts";
import { type ToolPath } from "./tool-path.ts";

/** Why a path can't be searched; undefined where it can. */
export async function searchProblem(target: ToolPath): Promise<string | undefined> {
  const found = await fileKind(target.real);
  if (found.kind === "missing") return `Path does not exist: ${target.path}`;
  return found.kind === "special" ? `Not a file or directory: ${target.path}` : undefined;
}

export interface SearchRequest {
  readonly tool: string;
  readonly title: string;
  readonly action: PermissionAction;
  readonly pattern: string;
  readonly target: ToolPath;
}

/** What a search has to be allowed: nothing inside the project. */
export function searchPermissions(request: SearchRequest, context: ToolContext): PermissionRequest[] {
  const { tool, title, action, pattern, target } = request;
  if (target.isInside) return [];
  return [
    permissionRequest(context, {
      tool,
      action,
      path: target.path,
      description: `Search outside the project, in ${target.path}: ${pattern}`,
      display: { title, subject: pattern, blocks: [{ kind: "text", text: `In ${target.path}` }] },
    }),
  ];
}
