import type { Grant, PermissionRequest } from "../schema/permission.ts";

export interface PermissionRules {
  /** `--yolo`: everything is allowed. */
  readonly allowAll: boolean;
  /** `tool` or `tool:action`, from trusted config. */
  readonly allowedTools: readonly string[];
  readonly grants: readonly Grant[];
  /** Reading inside it needs no permission. Absolute. */
  readonly projectRoot: string;
}

export interface Verdict {
  readonly verdict: "allow" | "deny" | "ask";
  /** For the log and the dialog: why. */
  readonly reason: string;
}

export type JudgePermission = (request: PermissionRequest, rules: PermissionRules) => Verdict;
