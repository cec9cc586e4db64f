import { isJsonObject, parseJson } from "../lib/json.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { ModelEvent } from "../providers/provider.ts";
import { asToolCallId } from "../schema/ids.ts";
import { noUsage } from "../schema/usage.ts";
import type { Usage } from "../schema/usage.ts";
import { StepContent } from "./step-content.ts";
import { journalVersion } from "./step-journal.ts";

const overheadLengthMax = 1_000_000_000;

type Kind = "text" | "reasoning" | "call";

/** A kind of block and its id, numbered as StepJournal numbers them. */
interface Name {
  readonly kind: Kind;
  readonly id: string;
  openCount: number;
  /** The text since the newest block began. */
  input: string;
}

/**
 * The step that a journal's lines tell of. Ends at the first line that makes no sense: after a loss of power the rest of
 * a file may be anything. Null where the journal is of another version. `writtenAtMs`: when its last line was written.
 */
export function replayJournal(lines: readonly string[], writtenAtMs: number): JournalReplay | null {
  const replay = new JournalReplay();
  replay.add(lines, writtenAtMs);
  return replay.hasBegun ? replay : null;
}

/** The same for a journal that is still being written: its lines come piece by piece. */
export class JournalReplay {
  readonly content = new StepContent();
  readonly #names: Name[] = [];
  #hasBegun = false;
  #overheadLength = 0;
  /** A line made no sense: nothing behind it counts. */
  #isOver = false;

  /** True once the first line has said that the journal is of this version. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** As in ModelPort; 0 where the journal does not tell. */
  get overheadLength(): number {
    return this.#overheadLength;
  }

  /** Returns the events that the lines stand for. */
  add(lines: readonly string[], writtenAtMs: number): readonly ModelEvent[] {
    const events: ModelEvent[] = [];
    const emit = (event: ModelEvent, nowMs: number): void => {
      this.content.add(event, nowMs);
      events.push(event);
    };
    const replay: Replay = { emit, names: this.#names, writtenAtMs };
    for (const line of lines) {
      if (this.#isOver) break;
      const record = parseJson(line);
      this.#isOver = !Array.isArray(record) || !this.#take(record, replay);
    }
    return events;
  }

  #take(record: readonly JsonValue[], replay: Replay): boolean {
    if (this.#hasBegun) return replayRecord(record, replay);
    const [kind, version, facts] = record;
    this.#hasBegun = kind === "step" && version === journalVersion;
    const length = isJsonObject(facts) ? facts["overheadLength"] : undefined;
    if (isCount(length)) this.#overheadLength = length;
    return this.#hasBegun;
  }
}

interface Replay {
  readonly emit: (event: ModelEvent, nowMs: number) => void;
  readonly names: Name[];
  readonly writtenAtMs: number;
}

function replayRecord(record: readonly JsonValue[], replay: Replay): boolean {
  const [first, second, third, state] = record;
  if (typeof first === "number") return replayChange(first, { change: second, facts: third }, replay);
  if (first === "usage") {
    replay.emit({ type: "usage", usage: usageOf(second) }, replay.writtenAtMs);
    return true;
  }
  if (first === "name") {
    if (!isKind(second) || typeof third !== "string") return false;
    nameOf(replay, second, third);
    if (state === "wait") replay.emit({ type: "request-wait" }, replay.writtenAtMs);
    if (state === "sent") replay.emit({ type: "request-start" }, replay.writtenAtMs);
    return true;
  }
  return isKind(first) && typeof second === "string" && replayStart(first, second, { fact: third, replay });
}

function isKind(value: JsonValue | undefined): value is Kind {
  return value === "text" || value === "reasoning" || value === "call";
}

function nameOf({ names }: Replay, kind: Kind, id: string): Name {
  const known = names.find((name) => name.kind === kind && name.id === id);
  if (known !== undefined) return known;
  const name: Name = { kind, id, openCount: 0, input: "" };
  names.push(name);
  return name;
}

function replayStart(
  kind: Kind,
  id: string,
  { fact, replay }: { readonly fact: JsonValue | undefined; readonly replay: Replay },
): boolean {
  const name = nameOf(replay, kind, id);
  name.openCount += 1;
  name.input = "";
  const event = startEvent(kind, id, typeof fact === "string" ? fact : "");
  replay.emit(event, typeof fact === "number" ? fact : replay.writtenAtMs);
  return true;
}

function startEvent(kind: Kind, id: string, name: string): ModelEvent {
  if (kind === "call") return { type: "tool-call-start", toolCallId: asToolCallId(id), name };
  return { type: `${kind}-start`, blockId: id };
}

function replayChange(
  number: number,
  { change, facts }: { readonly change: JsonValue | undefined; readonly facts: JsonValue | undefined },
  { emit, names, writtenAtMs }: Replay,
): boolean {
  const name = names[number];
  if (name === undefined) return false;
  if (typeof change === "string") {
    if (name.openCount === 0) Object.assign(name, { openCount: 1, input: "" });
    name.input += change;
    emit(deltaEvent(name, change), writtenAtMs);
    return true;
  }
  if (change !== null || !isJsonObject(facts)) return false;
  const isOpen = name.openCount > 0;
  name.openCount = Math.max(0, name.openCount - 1);
  // An empty delta tells when reasoning ended; the end itself carries no time.
  if (name.kind === "reasoning" && isOpen) emit(deltaEvent(name, ""), numberOf(facts["ms"], writtenAtMs));
  emit(endEvent(name, facts), writtenAtMs);
  return true;
}

function deltaEvent({ kind, id }: Name, text: string): ModelEvent {
  if (kind === "call") return { type: "tool-call-delta", toolCallId: asToolCallId(id), inputText: text };
  return { type: `${kind}-delta`, blockId: id, text };
}

function endEvent({ kind, id, input }: Name, facts: JsonObject): ModelEvent {
  const metadata = isJsonObject(facts["metadata"]) ? { metadata: facts["metadata"] } : {};
  if (kind === "text") return { type: "text-end", blockId: id, ...metadata };
  if (kind === "call") {
    const name = typeof facts["name"] === "string" ? facts["name"] : "";
    const whole = typeof facts["input"] === "string" ? facts["input"] : input;
    return { type: "tool-call-end", toolCallId: asToolCallId(id), name, input: whole, ...metadata };
  }
  return { type: "reasoning-end", blockId: id, ...metadata };
}

function usageOf(value: JsonValue | undefined): Usage {
  const facts = isJsonObject(value) ? value : {};
  return {
    ...noUsage,
    inputTokens: numberOf(facts["inputTokens"], 0),
    cacheReadTokens: numberOf(facts["cacheReadTokens"], 0),
    cacheWriteTokens: numberOf(facts["cacheWriteTokens"], 0),
    cacheWriteLongTokens: numberOf(facts["cacheWriteLongTokens"], 0),
    outputTokens: numberOf(facts["outputTokens"], 0),
    reasoningTokens: numberOf(facts["reasoningTokens"], 0),
  };
}

/** A journal may be a stranger's: what nobody could have sent is no length. */
function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= overheadLengthMax;
}

function numberOf(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === "number" && value >= 0 ? value : otherwise;
}
