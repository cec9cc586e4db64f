import { liveEvent } from "../agent/live-event.ts";
import { shownOutputLengthMax } from "../agent/output-journal.ts";
import { JournalReplay } from "../agent/replay-journal.ts";
import { OutputReplay } from "../agent/replay-outputs.ts";
import { stepTimes } from "../agent/step-content.ts";
import { partsOfBlocks } from "../agent/step-parts.ts";
import type { MessageId, ToolCallId } from "../schema/ids.ts";
import type { Message } from "../schema/message.ts";
import type { ElsewhereWork, LiveEvent, SessionEvent } from "../schema/session-event.ts";
import { listAsks } from "../store/asks.ts";
import type { ReadHandle } from "../store/handle.ts";
import type { Journals } from "../store/journal.ts";
import { getMessage } from "../store/messages.ts";
import type { StoredTurn } from "../store/turns.ts";
import type { LiveTurn } from "./app.ts";

/** A turn that runs in another process of ours: where it stands, and what its step has streamed so far. */
export class ForeignTurn {
  readonly #journals: Journals;
  #turn: StoredTurn;
  /** The step's row as it was when it was new. */
  #row: Message | null = null;
  #replay = new JournalReplay();
  /** Of the step's calls, once they run. */
  #printed = new OutputReplay();
  #offset = 0;
  #stepCount = 0;
  #work: ElsewhereWork | null = null;
  /** The calls that wait for the person. */
  #asking: readonly ToolCallId[] = [];

  constructor(journals: Journals, turn: StoredTurn) {
    this.#journals = journals;
    this.#turn = turn;
  }

  get turn(): StoredTurn {
    return this.#turn;
  }

  /** Takes in where the turn stands now. */
  move(handle: ReadHandle, turn: StoredTurn): readonly SessionEvent[] {
    const { messageId, sessionId } = turn;
    const isNewStep = messageId !== null && messageId !== this.#row?.id;
    // A step's journal and that of what its calls print have the same name.
    if (turn.phase !== this.#turn.phase && isCalling(turn, this.#turn)) this.#forget();
    this.#turn = turn;
    const step = isNewStep ? this.#beginStep(handle, messageId) : [];
    const hasMoved = this.#lookAtWork(handle) || isNewStep;
    const work = this.#work;
    if (work === null || !hasMoved) return step;
    return [...step, { type: "turn-elsewhere", sessionId, work, asking: this.#asking }];
  }

  /** True where it does something else than before, or other calls of it wait. */
  #lookAtWork(handle: ReadHandle): boolean {
    const [work, asking] = [this.#work, this.#asking.join(" ")];
    const { phase, sessionId } = this.#turn;
    const runsCalls = phase === "calling";
    this.#asking = runsCalls ? listAsks(handle, sessionId).map(({ callId }) => callId) : [];
    const kind = this.#asking.length > 0 ? "question" : "tools";
    this.#work = runsCalls ? kind : null;
    return this.#work !== work || this.#asking.join(" ") !== asking;
  }

  #beginStep(handle: ReadHandle, messageId: MessageId): readonly SessionEvent[] {
    this.#row = getMessage(handle, messageId);
    this.#forget();
    this.#stepCount += 1;
    return [{ type: "step-start", sessionId: this.#turn.sessionId, messageId, step: this.#stepCount }];
  }

  get isStreaming(): boolean {
    return this.#turn.phase === "requesting" || this.#turn.phase === "waiting";
  }

  get isCalling(): boolean {
    return this.#turn.phase === "calling";
  }

  /** What has streamed or been printed since the last call. */
  readOn(): readonly LiveEvent[] {
    const row = this.#row;
    if (row === null || (!this.isStreaming && !this.isCalling)) return [];
    const piece = this.#journals.readFrom(row.id, this.#offset);
    if (piece === null) {
      this.#forget();
      return [];
    }
    this.#offset = piece.nextOffset;
    if (this.isCalling) return this.#print(piece.lines);
    const place = { sessionId: row.sessionId, messageId: row.id };
    return this.#replay.add(piece.lines, piece.writtenAtMs).flatMap((event) => liveEvent(event, place) ?? []);
  }

  #print(lines: readonly string[]): readonly LiveEvent[] {
    const { sessionId } = this.#turn;
    const known = new Set(this.#printed.outputs.keys());
    const pieces = this.#printed.add(lines);
    // The step's own journal, which is about to be removed.
    if (!this.#printed.hasBegun) this.#forget();
    const begun = [...this.#printed.outputs.keys()].filter((toolCallId) => !known.has(toolCallId));
    return [
      ...begun.map((toolCallId) => ({ type: "tool-run-start", sessionId, toolCallId }) as const),
      ...pieces.map((piece) => ({ type: "tool-output", sessionId, ...piece }) as const),
    ];
  }

  live(): LiveTurn {
    const { sessionId, startedAtMs, ownerName } = this.#turn;
    const place = { sessionId, startedAtMs, ownerName, work: this.#work, asking: this.#asking };
    return { ...place, message: this.#message(), outputs: this.#outputs(), pendingPermissions: [], retry: null };
  }

  #outputs(): ReadonlyMap<ToolCallId, string> {
    return new Map([...this.#printed.outputs].map(([id, { text }]) => [id, text.slice(-shownOutputLengthMax)]));
  }

  #message(): Message | null {
    if (this.#row === null || !this.isStreaming || this.#offset === 0) return null;
    const { content } = this.#replay;
    return { ...this.#row, parts: partsOfBlocks(content.blocks(), content.finishedCallIds(), stepTimes(content)) };
  }

  /** Another try of the step, and its calls, begin a journal of their own. */
  #forget(): void {
    this.#replay = new JournalReplay();
    this.#printed = new OutputReplay();
    this.#offset = 0;
  }
}

function isCalling(...turns: readonly StoredTurn[]): boolean {
  return turns.some(({ phase }) => phase === "calling");
}
