import type { MessageId, SessionId } from "../schema/ids.ts";
import { liveEvent } from "./live-event.ts";
import type { ModelPort, TurnPorts } from "./ports.ts";
import type { StepContent } from "./step-content.ts";
import type { StepJournal } from "./step-journal.ts";
import type { ModelMessage } from "../schema/model-request.ts";
import { withinGrace } from "./within-grace.ts";

/**
 * The first fold, in characters. From there on the row is rewritten whenever it has doubled, so that all its rewritings
 * together are no longer than twice the answer.
 */
const foldLengthMin = 8_192;

export interface StepStreamOptions {
  readonly ports: Pick<TurnPorts, "clock" | "emit" | "reportBug"> & { readonly model: ModelPort };
  readonly sessionId: SessionId;
  readonly messageId: MessageId;
  readonly content: StepContent;
  readonly journal: StepJournal;
  readonly signal: AbortSignal;
  /** Called when what the row does not hold yet has grown as long as what it holds; does not wait. */
  onFold(): void;
}

/**
 * Runs one request to its end: fills `content`, keeps it in the journal, tells the watchers. A stream that goes on after
 * the abort is left alone after a while.
 */
export async function streamStep(messages: readonly ModelMessage[], options: StepStreamOptions): Promise<void> {
  const { ports, signal } = options;
  const state = { isOver: false };
  try {
    await withinGrace(readStream(messages, options, state), { signal, clock: ports.clock }, () => {
      ports.reportBug(new Error("the model's stream did not stop when it was aborted"));
    });
  } finally {
    state.isOver = true;
  }
}

async function readStream(
  messages: readonly ModelMessage[],
  options: StepStreamOptions,
  state: { readonly isOver: boolean },
): Promise<void> {
  const { ports, content, journal, signal } = options;
  let foldedLength = 0;
  for await (const event of ports.model.stream(messages, signal)) {
    if (state.isOver) return;
    const nowMs = ports.clock.nowMs();
    content.add(event, nowMs);
    journal.add(event, nowMs);
    const live = liveEvent(event, options);
    if (live !== null) ports.emit(live);
    if (content.outputLength - foldedLength >= Math.max(foldedLength, foldLengthMin)) {
      foldedLength = content.outputLength;
      options.onFold();
    }
  }
}
