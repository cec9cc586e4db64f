import type { Clock } from "../lib/clock.ts";
import type { ToolCallId } from "../schema/ids.ts";
import { JournalLines } from "./journal-lines.ts";
import type { JournalPort } from "./ports.ts";

export const outputJournalVersion = 1;
/** Of a call, or of a `!command`, in characters. A call that prints more keeps all of it in a file. */
export const journaledLengthMax = 1_000_000;
/** Of a call's output for who looks at it while it runs, in characters: only its end is shown. */
export const shownOutputLengthMax = 32_000;

interface PrintingCall {
  readonly number: number;
  journaledLength: number;
  file: string | null;
}

/**
 * Writes down what the calls of one step print while they run. A journal as StepJournal's: `["outputs", version]` first ·
 * `["call", id]`: a call prints for the first time, and gets the next number from 0 · `[number, text]` · `[number, null,
 * name]`: all that it prints is in this file of the session's outputs as well.
 */
export class OutputJournal {
  readonly #lines: JournalLines;
  readonly #calls = new Map<ToolCallId, PrintingCall>();
  readonly #shown = new Map<ToolCallId, string>();

  constructor(file: JournalPort, clock: Clock) {
    this.#lines = new JournalLines(file, clock);
    this.#lines.add(["outputs", outputJournalVersion]);
  }

  /** `file`: the name of the one that holds all of the output, once there is one. */
  add(callId: ToolCallId, text: string, file: string | null): void {
    const call = this.#calls.get(callId) ?? this.#begin(callId);
    this.#shown.set(callId, ((this.#shown.get(callId) ?? "") + text).slice(-shownOutputLengthMax));
    const piece = text.slice(0, journaledLengthMax - call.journaledLength);
    call.journaledLength += piece.length;
    if (piece !== "") this.#lines.addDelta(call.number, piece);
    if (file === null || call.file !== null) return;
    call.file = file;
    this.#lines.add([call.number, null, file]);
  }

  /** What has been printed by calls without a result, the end of it. */
  get shown(): ReadonlyMap<ToolCallId, string> {
    return this.#shown;
  }

  /** The call has its result. */
  forget(callId: ToolCallId): void {
    this.#shown.delete(callId);
  }

  /** A write failed: what was printed stays, for whoever settles the turn. */
  close(): void {
    this.#lines.close();
  }

  /** Each call has its result on disk. */
  remove(): void {
    this.#lines.remove();
  }

  #begin(callId: ToolCallId): PrintingCall {
    const call = { number: this.#calls.size, journaledLength: 0, file: null };
    this.#calls.set(callId, call);
    this.#lines.add(["call", callId]);
    return call;
  }
}
