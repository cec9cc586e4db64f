import path from "node:path";
import { commandPattern } from "../permissions/command-pattern.ts";
import type { PermissionRequest } from "../schema/permission.ts";

/**
 * What a lasting permission covers: the exact command in its directory; the address's origin; the project for a file in it, else the
 * file's directory.
 */
export function grantPattern(request: PermissionRequest, projectRoot: string): string {
  if (request.action === "execute") {
    const { command, path: directory } = request;
    return command === undefined ? "" : commandPattern({ command, directory }, projectRoot);
  }
  if (request.action === "fetch" || request.action === "download") {
    return request.url !== undefined && URL.canParse(request.url) ? new URL(request.url).origin : "";
  }
  const relative = path.relative(projectRoot, request.path);
  const isInside = relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  if (isInside) return projectRoot;
  return request.action === "list" ? request.path : path.dirname(request.path);
}
