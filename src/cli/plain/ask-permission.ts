import type { PermissionAnswer, PermissionRequest } from "../../schema/permission.ts";
import { displayLines } from "../session/render-transcript.ts";
import type { PlainOutput } from "./plain-output.ts";

const answers: readonly (readonly [words: readonly string[], answer: PermissionAnswer])[] = [
  [["a", "y", "yes", "allow", "once"], { decision: "allow", scope: "once" }],
  [["s", "session"], { decision: "allow", scope: "session" }],
  [["p", "project"], { decision: "allow", scope: "project" }],
  [["d", "n", "no", "deny"], { decision: "deny" }],
];

/** The letters of the full screen's question, and what a person may say instead of them. */
function answerOf(line: string): PermissionAnswer | undefined {
  return answers.find(([words]) => words.includes(line.toLowerCase()))?.[1];
}

const question = "Allow? a: once, s: for this session, p: for this project, d: no, r: no and why, or say why not:";
const help =
  "Answer with a or y to allow it once, s for this session, p for this project; d or n to deny it; r, or a sentence, to deny it and tell the model why. Commands can be given again once this is answered.";

/** A slip of a key or a command is no reason to tell the model. */
function isReason(line: string): boolean {
  return line.length > 1 && !/^[/!]/u.test(line);
}

/** Asks in words until there is an answer; null: the input has ended. */
export async function askPermission(
  request: PermissionRequest,
  output: PlainOutput,
  nextLine: () => Promise<string | null>,
): Promise<PermissionAnswer | null> {
  output.lines(`Permission: ${request.tool} wants to ${request.action}. ${request.description}`);
  output.lines(...displayLines(request.display.blocks).map((line) => `  ${line}`));
  const answerTo = async (asked: string): Promise<string | undefined> => {
    output.ask(asked);
    return (await nextLine())?.trim();
  };
  for (;;) {
    let line = await answerTo(question);
    const isReply = line?.toLowerCase() === "r";
    if (isReply) line = await answerTo("Why not? To the model:");
    if (line === undefined) return null;
    const known = isReply ? undefined : answerOf(line);
    if (known !== undefined) return known;
    if (isReply && line === "") return { decision: "deny" };
    if (isReason(line)) return { decision: "deny", message: line };
    output.lines(help);
  }
}
