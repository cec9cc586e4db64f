import type { DisplayBlock, ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, numberAt, oneLine, textAt } from "../display-input.ts";

const exitLine = /(?:^|\n)Exit code (\d+)\s*$/;

/** What bash's result has at its end, for the model. */
function withoutDirectory(content: string): string {
  const end = content.trimEnd();
  const start = content.lastIndexOf("<cwd>");
  if (start === -1 || !end.endsWith("</cwd>") || end.includes("\n", start)) return content;
  let kept = start;
  while (kept > 0 && content[kept - 1] === "\n") kept -= 1;
  return content.slice(0, kept);
}

function outputOf(call: DisplayedCall): string {
  const metadata = call.result?.metadata ?? {};
  const stored = textAt(metadata, "output");
  return stored === "" ? withoutDirectory(call.result?.content ?? "") : stored;
}

function summaryOf(call: DisplayedCall, output: string): string | undefined {
  const metadata = call.result?.metadata ?? {};
  const job = textAt(metadata, "shell_id");
  if (job !== "") return `background job ${job}`;
  const exitCode = numberAt(metadata, "exit_code") ?? Number(exitLine.exec(output)?.[1] ?? 0);
  return exitCode === 0 ? undefined : `exit ${exitCode}`;
}

export function displayBash(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const command = textAt(input, "command");
  const head = { title: "Bash", subject: oneLine(command) };
  const whole: DisplayBlock[] = /[\r\n]/.test(command.trim())
    ? [{ kind: "code", text: command, language: "bash" }]
    : [];
  if (result === undefined) return { ...head, blocks: whole };
  if (result.isError) return failedDisplay(call, head);
  const output = outputOf(call);
  const summary = summaryOf(call, output);
  const isEmpty = output === "" || output === "no output";
  const shown: DisplayBlock = isEmpty
    ? { kind: "text", text: "no output", tone: "dim" }
    : { kind: "code", text: output.replace(/^\n+/, "").trimEnd() };
  return { ...head, ...(summary === undefined ? {} : { summary }), blocks: [...whole, shown] };
}
