import { sanitizeLines } from "../../term/sanitize.ts";
import type { CliIo } from "../io.ts";
import type { RunOutput } from "./run-output.ts";

interface StepText {
  readonly messageId: string;
  /** All that the step has said in its present try. */
  text: string;
  /** What is on the output of it already, of this try or of one before. */
  printed: string;
}

/**
 * `--format text`: the answer as it comes, steps apart by a blank line. A try that failed cannot be taken back from a
 * pipe: where the next one says the same, it goes on from there; else it begins anew on a line of its own.
 */
export function textOutput(io: CliIo): RunOutput {
  let step: StepText | undefined;
  let tail = "";

  const print = (text: string): void => {
    if (text === "") return;
    io.write(io.isOutputTerminal ? sanitizeLines(text) : text);
    tail = (tail + text).slice(-2);
  };
  const separate = (): void => {
    if (tail !== "") print("\n\n".slice(tail === "\n\n" ? 2 : Number(tail.endsWith("\n"))));
  };
  const endLine = (): void => {
    if (tail !== "" && !tail.endsWith("\n")) print("\n");
  };
  const say = (messageId: string, text: string): void => {
    if (step?.messageId !== messageId) step = { messageId, text: "", printed: "" };
    step.text += text;
    // Blanks before the first word of a step are left out.
    const said = step.text.trimStart();
    if (said === "" || step.printed.startsWith(said)) return;
    if (step.printed === "") separate();
    else if (!said.startsWith(step.printed)) {
      separate();
      step.printed = "";
    }
    print(said.slice(step.printed.length));
    step.printed = said;
  };

  return {
    start: () => undefined,
    event: (event) => {
      if (event.type === "text-delta") say(event.messageId, event.text);
      if (event.type === "turn-end") endLine();
      if (event.type === "retry-wait" && step?.messageId === event.messageId) step.text = "";
    },
    end: ({ outcome }) => {
      if (tail === "" && outcome.text !== "") print(outcome.text.trimStart());
      endLine();
    },
  };
}
