import type { PermissionAnswer, PermissionRequest } from "../../schema/permission.ts";
import { displayLines } from "../session/render-transcript.ts";
import type { PlainOutput } from "./plain-output.ts";

const choices: Readonly<Record<string, PermissionAnswer>> = {
  y: { decision: "allow", scope: "once" },
  yes: { decision: "allow", scope: "once" },
  s: { decision: "allow", scope: "session" },
  p: { decision: "allow", scope: "project" },
  n: { decision: "deny" },
  no: { decision: "deny" },
};

const question = "Allow? y: once, s: for this session, p: for this project, n: no, or say why not:";

/** Asks in words until there is an answer; null: the input has ended. */
export async function askPermission(
  request: PermissionRequest,
  output: PlainOutput,
  nextLine: () => Promise<string | null>,
): Promise<PermissionAnswer | null> {
  output.lines(`Permission: ${request.tool} wants to ${request.action}. ${request.description}`);
  output.lines(...displayLines(request.display.blocks).map((line) => `  ${line}`));
  for (;;) {
    output.ask(question);
    const line = (await nextLine())?.trim();
    if (line === undefined) return null;
    const known = choices[line.toLowerCase()];
    if (known !== undefined) return known;
    if (line.length > 1) return { decision: "deny", message: line };
  }
}
