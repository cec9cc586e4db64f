import type { SessionEvent } from "../../schema/session-event.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import { formatCost, formatTotal } from "../format-usage.ts";
import type { CliIo } from "../io.ts";

/** What a run tells on standard error while it works. */
export interface Activity {
  event(event: SessionEvent): void;
  stop(): void;
}

export const noActivity: Activity = { event: () => undefined, stop: () => undefined };

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;
const eraseLine = "\r\u001b[2K";

/** The label that an event puts up; null takes the line away, undefined leaves it as it is. */
function labelOf(event: SessionEvent, nowMs: number): string | null | undefined {
  switch (event.type) {
    case "turn-start":
    case "step-start":
      return "Thinking";
    case "text-delta":
      return null;
    case "tool-call-start":
      return `Calling ${event.name}`;
    case "retry-wait":
      return `${event.reason}; trying again in ${Math.max(0, Math.ceil((event.dueAtMs - nowMs) / 1000))} s`;
    case "turn-end":
      return null;
    default:
      return undefined;
  }
}

/** A line that moves, on a terminal only; it is gone while the answer is written. */
export function spinner(io: CliIo, nowMs: () => number): Activity {
  let label: string | null = null;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (label === null) return;
    frame = (frame + 1) % frames.length;
    io.writeError(`${eraseLine}${frames[frame] ?? ""} ${sanitizeLine(label).slice(0, io.columns - 3)}`);
  };
  const stop = (): void => {
    if (label !== null) io.writeError(eraseLine);
    label = null;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    event: (event) => {
      const next = labelOf(event, nowMs());
      if (next === undefined) return;
      if (next === null) {
        stop();
        return;
      }
      label = next;
      timer ??= setInterval(draw, frameMs);
      draw();
    },
    stop,
  };
}

function verboseLine(event: SessionEvent): string | undefined {
  switch (event.type) {
    case "step-start":
      return `step ${event.step + 1}`;
    case "tool-call-end":
      return `call ${event.name} ${event.input}`;
    case "permission-answered":
      return `permission ${event.decision}`;
    case "file-changed":
      return `changed ${event.path}`;
    case "budget-warned":
      return `budget of ${event.scope}: ${formatCost(event.spentUsd)} spent`;
    case "retry-wait":
      return `retry ${event.attempt}: ${event.reason}`;
    case "usage-recorded": {
      const { record } = event;
      return `request ${record.provider}/${record.model} ${formatTotal(record.usage)} tokens, ${formatCost(record.costUsd)}, ${record.outcome}`;
    }
    case "turn-end":
      return `end ${event.reason}`;
    default:
      return undefined;
  }
}

/** One line a step, call, request, changed file. */
export function verboseLog(io: CliIo): Activity {
  return {
    event: (event) => {
      const line = verboseLine(event);
      if (line !== undefined) io.writeError(`${sanitizeLine(line)}\n`);
    },
    stop: () => undefined,
  };
}
