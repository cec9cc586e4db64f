import type { Clock } from "../../lib/clock.ts";
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

type RetryWait = Extract<SessionEvent, { type: "retry-wait" }>;

/** The reason last: it may be longer than a line. */
function retryText(event: RetryWait, nowMs: number): string {
  return `Trying again in ${Math.max(0, Math.ceil((event.dueAtMs - nowMs) / 1000))} s: ${event.reason}`;
}

/** The label that an event puts up, made anew for each drawing; null takes the line away, undefined leaves it as it is. */
function labelOf(event: SessionEvent): ((nowMs: number) => string) | null | undefined {
  switch (event.type) {
    case "turn-start":
    case "step-start":
      return () => "Thinking";
    case "text-delta":
      return null;
    case "tool-call-start":
      return () => `Calling ${event.name}`;
    case "retry-wait":
      return (nowMs) => retryText(event, nowMs);
    case "turn-end":
      return null;
    default:
      return undefined;
  }
}

/** A line that moves, on a terminal only; it is gone while the answer is written. */
export function spinner(io: Pick<CliIo, "columns" | "writeError">, clock: Clock): Activity {
  let label: ((nowMs: number) => string) | null = null;
  let frame = 0;
  let cancel: (() => void) | undefined;
  const draw = (): void => {
    if (label === null) return;
    frame = (frame + 1) % frames.length;
    const text = sanitizeLine(label(clock.nowMs())).slice(0, io.columns - 3);
    io.writeError(`${eraseLine}${frames[frame] ?? ""} ${text}`);
    cancel?.();
    cancel = clock.after(frameMs, draw);
  };
  const stop = (): void => {
    if (label !== null) io.writeError(eraseLine);
    label = null;
    cancel?.();
  };
  return {
    event: (event) => {
      const next = labelOf(event);
      if (next === undefined) return;
      if (next === null) {
        stop();
        return;
      }
      label = next;
      draw();
    },
    stop,
  };
}

/** Where no terminal is: a line for each wait, which may take minutes. */
export function retryLog(io: Pick<CliIo, "writeError">, clock: Clock): Activity {
  return {
    event: (event) => {
      if (event.type === "retry-wait") io.writeError(`${sanitizeLine(retryText(event, clock.nowMs()))}\n`);
    },
    stop: () => undefined,
  };
}

function verboseLine(event: SessionEvent, nowMs: number): string | undefined {
  switch (event.type) {
    case "step-start":
      return `step ${event.step + 1}`;
    case "tool-call-end":
      return `call ${event.name} ${event.input}`;
    case "permission-answered":
      return `permission ${event.decision}`;
    case "file-changed":
      return `changed ${event.path}`;
    case "retry-wait":
      return `retry ${event.attempt}: ${retryText(event, nowMs)}`;
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
export function verboseLog(io: Pick<CliIo, "writeError">, clock: Clock): Activity {
  return {
    event: (event) => {
      const line = verboseLine(event, clock.nowMs());
      if (line !== undefined) io.writeError(`${sanitizeLine(line)}\n`);
    },
    stop: () => undefined,
  };
}
