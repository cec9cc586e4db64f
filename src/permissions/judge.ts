import path from "node:path";
import type { Grant, PermissionRequest } from "../schema/permission.ts";
import { commandPattern } from "./command-pattern.ts";
import { whyNotReadOnly } from "./shell/prove-read-only.ts";
import type { JudgePermission, PermissionRules, Verdict } from "./policy.ts";

const allow = (reason: string): Verdict => ({ verdict: "allow", reason });
const ask = (reason: string): Verdict => ({ verdict: "ask", reason });

function isWithin(directory: string, file: string): boolean {
  const relative = path.relative(directory, file);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Git's hooks and configuration, and our own, run programs: writing there is asked for each time. */
function runsPrograms(file: string): boolean {
  return file.split(path.sep).some((name) => /^\.(git|crush)$/i.test(name) || /^\.?crush\.json$/i.test(name));
}

function covers(grant: Grant, request: PermissionRequest, projectRoot: string): boolean {
  if (grant.tool !== request.tool || grant.action !== request.action) return false;
  if (grant.scope === "session" && grant.sessionId !== request.sessionId) return false;
  const { action } = request;
  if (action === "execute") {
    const { command, path: directory } = request;
    return command !== undefined && grant.pattern === commandPattern({ command, directory }, projectRoot);
  }
  if (action === "fetch" || action === "download") return originOf(request.url) === grant.pattern;
  return isWithin(grant.pattern, request.path) && !(action === "write" && runsPrograms(request.path));
}

function isConfigured({ tool, action }: PermissionRequest, rules: PermissionRules): boolean {
  return rules.allowedTools.includes(tool) || rules.allowedTools.includes(`${tool}:${action}`);
}

function isReadInside({ action, path: file }: PermissionRequest, { projectRoot, paths }: PermissionRules): boolean {
  if (action !== "read" && action !== "list") return false;
  if (paths === undefined) return isWithin(projectRoot, file);
  return isWithin(paths.realPath(projectRoot, "/"), paths.realPath(file, "/"));
}

/** Pure but for `rules.paths`. Never denies: what is not known to be harmless or granted is asked. */
export const judgePermission: JudgePermission = (request, rules) => {
  if (rules.allowAll) return allow("all is allowed (--yolo)");
  if (isConfigured(request, rules)) return allow("allowed by permissions.allowed_tools");
  const grant = rules.grants.find((candidate) => covers(candidate, request, rules.projectRoot));
  if (grant !== undefined) return allow(`granted for this ${grant.scope}`);
  if (isReadInside(request, rules)) return allow("reads inside the project");
  if (request.action !== "execute" || request.command === undefined) return ask(`${request.action} needs a permission`);
  const { projectRoot, paths } = rules;
  const why = whyNotReadOnly(request.command, {
    directory: paths?.realPath(request.path, "/") ?? request.path,
    projectRoot,
    paths,
  });
  return why === undefined ? allow("only reads, inside the project") : ask(why);
};
