import type { Clock } from "../lib/clock.ts";
import type { JsonValue } from "../lib/json.ts";
import type { ModelEvent } from "../providers/provider.ts";
import type { Usage } from "../schema/usage.ts";
import { JournalLines } from "./journal-lines.ts";
import type { JournalPort } from "./ports.ts";

export const journalVersion = 1;

/** What deltas and ends name: a kind of block and its id, which may come again. */
interface Name {
  readonly number: number;
  /** Blocks that have begun, by a delta at the latest, and not ended. */
  openCount: number;
  /** The arguments since the newest call began. */
  pieces: string[];
}

/**
 * Writes down a step's events as they come, deltas joined. One JSON array a line:
 * `["step", version, {overheadLength}]` first, see ModelPort · `["text", id]`, `["reasoning", id, ms]`,
 * `["call", id, name]`: a block begins; each new pair of kind and id gets the next number from 0 · `["name", kind, id]`:
 * the number of a pair that never began · `["name", "text", "", "wait"]`, and "sent": the request waits for others of its
 * provider, then no longer; versions that know nothing of it read on, with an empty name · `[number, text]`:
 * a delta · `[number, null, {metadata?, input?, name?, ms?}]`: a block ended; `input` where it is not what came before ·
 * `["usage", usage]`. Times are Unix milliseconds.
 */
export class StepJournal {
  readonly #lines: JournalLines;
  readonly #names = new Map<string, Name>();
  #usageWritten = "";

  constructor(file: JournalPort, clock: Clock, overheadLength: number) {
    this.#lines = new JournalLines(file, clock);
    this.#lines.add(["step", journalVersion, { overheadLength }]);
    this.flush();
  }

  add(event: ModelEvent, nowMs: number): void {
    switch (event.type) {
      case "request-wait":
        this.#noteRequest("wait");
        break;
      case "request-start":
        this.#noteRequest("sent");
        break;
      case "text-start":
        this.#start("text", event.blockId, []);
        break;
      case "text-delta":
        this.#append("text", event.blockId, event.text);
        break;
      case "text-end":
        this.#end("text", event.blockId, event.metadata === undefined ? {} : { metadata: event.metadata });
        break;
      case "reasoning-start":
        this.#start("reasoning", event.blockId, [nowMs]);
        break;
      case "reasoning-delta":
        this.#append("reasoning", event.blockId, event.text);
        break;
      case "reasoning-end":
        this.#end("reasoning", event.blockId, {
          ms: nowMs,
          ...(event.metadata === undefined ? {} : { metadata: event.metadata }),
        });
        break;
      case "tool-call-start":
        this.#start("call", event.toolCallId, [event.name]);
        break;
      case "tool-call-delta":
        this.#append("call", event.toolCallId, event.inputText);
        break;
      case "tool-call-end":
        this.#endCall(event);
        break;
      case "usage":
        this.#noteUsage(event.usage);
        break;
      default:
        break;
    }
  }

  /** Hands over what waits in memory. */
  flush(): void {
    this.#lines.flush();
  }

  /** The step could not be put on disk: whoever settles it finds it here. */
  close(): void {
    this.#lines.close();
  }

  /** The step is on disk, or is given up: nothing of it has to be kept here. */
  remove(): void {
    this.#lines.remove();
  }

  #noteRequest(state: "wait" | "sent"): void {
    if (!this.#names.has("text:")) this.#number("text", "");
    this.#lines.add(["name", "text", "", state]);
  }

  #start(kind: string, id: string, more: readonly JsonValue[]): void {
    this.#lines.add([kind, id, ...more]);
    const name = this.#names.get(`${kind}:${id}`) ?? this.#number(kind, id);
    name.pieces = [];
    name.openCount += 1;
  }

  #append(kind: string, id: string, text: string): void {
    const name = this.#named(kind, id);
    if (name.openCount === 0) Object.assign(name, { pieces: [], openCount: 1 });
    if (kind === "call") name.pieces.push(text);
    this.#lines.addDelta(name.number, text);
  }

  #end(kind: string, id: string, facts: { readonly [name: string]: JsonValue }): void {
    const name = this.#named(kind, id);
    name.openCount = Math.max(0, name.openCount - 1);
    this.#lines.add([name.number, null, facts]);
  }

  #endCall(event: Extract<ModelEvent, { type: "tool-call-end" }>): void {
    const { toolCallId, name, input, metadata } = event;
    const { openCount, pieces } = this.#named("call", toolCallId);
    const isKnown = openCount === 1 && pieces.join("") === input;
    this.#end("call", toolCallId, {
      name,
      ...(isKnown ? {} : { input }),
      ...(metadata === undefined ? {} : { metadata }),
    });
  }

  #named(kind: string, id: string): Name {
    const known = this.#names.get(`${kind}:${id}`);
    if (known !== undefined) return known;
    this.#lines.add(["name", kind, id]);
    return this.#number(kind, id);
  }

  #number(kind: string, id: string): Name {
    const name = { number: this.#names.size, pieces: [], openCount: 0 };
    this.#names.set(`${kind}:${id}`, name);
    return name;
  }

  /** Some providers report with every delta; the output is counted anyway, so only a change of the rest is worth a line. */
  #noteUsage(usage: Usage): void {
    const known = [usage.inputTokens, usage.cacheReadTokens, usage.cacheWriteTokens].join();
    if (known === this.#usageWritten) return;
    this.#usageWritten = known;
    this.#lines.add(["usage", { ...usage }]);
  }
}
