import type { Clock } from "../lib/clock.ts";
import type { ModelEvent } from "../providers/provider.ts";
import type { MessageId, SessionId } from "../schema/ids.ts";
import type { LiveEvent } from "../schema/session-event.ts";
import type { ModelPort, TurnPorts } from "./ports.ts";
import type { StepContent } from "./step-content.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { withinGrace } from "./within-grace.ts";

/** How far the disk may be behind the stream, in milliseconds. */
const progressEveryMs = 500;

export interface StepStreamOptions {
  readonly ports: Pick<TurnPorts, "clock" | "emit" | "reportBug"> & { readonly model: ModelPort };
  readonly sessionId: SessionId;
  readonly messageId: MessageId;
  readonly content: StepContent;
  readonly signal: AbortSignal;
  /** Called now and then while the content grows; does not wait. */
  onProgress(): void;
}

/**
 * Runs one request to its end: fills `content`, tells the watchers, and asks for a save twice a second. A stream that goes
 * on after the abort is left alone after a while.
 */
export async function streamStep(messages: readonly ModelMessage[], options: StepStreamOptions): Promise<void> {
  const { ports, content, signal } = options;
  const saver = new ProgressTimer(ports.clock, () => {
    options.onProgress();
  });
  let isOver = false;
  const read = async (): Promise<void> => {
    for await (const event of ports.model.stream(messages, signal)) {
      if (isOver) return;
      content.add(event, ports.clock.nowMs());
      const live = liveEvent(event, options);
      if (live === null) continue;
      ports.emit(live);
      saver.touch();
    }
  };
  try {
    await withinGrace(read(), { signal, clock: ports.clock }, () => {
      ports.reportBug(new Error("the model's stream did not stop when it was aborted"));
    });
  } finally {
    isOver = true;
    saver.stop();
  }
}

/** Fires at most every `progressEveryMs`, and only after something came. */
class ProgressTimer {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  touch(): void {
    this.#cancel ??= this.#clock.after(progressEveryMs, () => {
      this.#cancel = null;
      this.#callback();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

function liveEvent(event: ModelEvent, options: StepStreamOptions): LiveEvent | null {
  const { sessionId, messageId } = options;
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return { type: event.type, sessionId, messageId, text: event.text };
    case "tool-call-start":
      return { type: event.type, sessionId, messageId, toolCallId: event.toolCallId, name: event.name };
    case "tool-call-delta":
      return { type: event.type, sessionId, messageId, toolCallId: event.toolCallId, inputText: event.inputText };
    case "tool-call-end":
      return {
        type: event.type,
        sessionId,
        messageId,
        toolCallId: event.toolCallId,
        name: event.name,
        input: event.input,
      };
    default:
      return null;
  }
}
