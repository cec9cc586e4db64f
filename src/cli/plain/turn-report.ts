import { isJsonObject, parseJson } from "../../lib/json.ts";
import type { DisplayCall } from "../../schema/display-block.ts";
import type { ToolResultPart } from "../../schema/message.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import { budgetNotice } from "../budget-notice.ts";
import { plainHint } from "./plain-hint.ts";
import type { PlainOutput } from "./plain-output.ts";

const resultLinesMax = 5;

function firstLines(text: string): string[] {
  const lines = text.trimEnd().split("\n");
  const shown = lines.slice(0, resultLinesMax).map((line) => `  ${line}`);
  return lines.length > resultLinesMax ? [...shown, `  (${lines.length - resultLinesMax} more lines)`] : shown;
}

/** Says what happens in a turn as it happens. */
export class TurnReport {
  readonly #output: PlainOutput;
  readonly #displayCall: DisplayCall;
  #isThinking = false;

  constructor(output: PlainOutput, displayCall: DisplayCall) {
    this.#output = output;
    this.#displayCall = displayCall;
  }

  event(event: SessionEvent): void {
    switch (event.type) {
      case "text-delta":
        this.#isThinking = false;
        this.#output.text(event.text);
        break;
      case "reasoning-delta":
        if (!this.#isThinking) this.#output.lines("Thinking.");
        this.#isThinking = true;
        break;
      case "tool-call-end":
        this.#call(event.name, event.input);
        break;
      case "message-created":
        for (const part of event.message.parts) if (part.type === "tool_result") this.#result(part);
        break;
      case "retry-wait":
        this.#output.lines(`Trying again: ${event.reason}`);
        break;
      case "grant-lost":
        this.#output.lines(`Allowed once: ${event.message}`);
        break;
      case "jobs-ended":
        this.#output.lines(event.message);
        break;
      default:
        this.#budget(event);
        break;
    }
  }

  #budget(event: SessionEvent): void {
    const notice = budgetNotice(event);
    if (notice !== null) this.#output.lines(`Warning: ${notice.message}`, `Hint: ${plainHint(notice.hint)}`);
  }

  #call(name: string, input: string): void {
    const value = parseJson(input);
    const { title, subject } = this.#displayCall({ name, input: isJsonObject(value) ? value : {} });
    this.#output.lines(`Tool: ${title} ${subject}`.trimEnd());
  }

  #result({ content, isError }: ToolResultPart): void {
    this.#output.lines(isError ? "Failed:" : "Result:", ...firstLines(content));
  }
}
