import { isJsonObject, parseJson } from "../lib/json.ts";
import type { JsonObject, JsonValue } from "../lib/json.ts";
import type { ModelEvent } from "../providers/provider.ts";
import { asToolCallId } from "../schema/ids.ts";
import { noUsage } from "../schema/usage.ts";
import type { Usage } from "../schema/usage.ts";
import { StepContent } from "./step-content.ts";
import { journalVersion } from "./step-journal.ts";

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
export function replayJournal(lines: readonly string[], writtenAtMs: number): StepContent | null {
  const [first, ...records] = lines.map(parseJson);
  if (!Array.isArray(first) || first[0] !== "step" || first[1] !== journalVersion) return null;
  const replay: Replay = { content: new StepContent(), names: [], writtenAtMs };
  for (const record of records) {
    if (!Array.isArray(record) || !replayRecord(record, replay)) break;
  }
  return replay.content;
}

interface Replay {
  readonly content: StepContent;
  readonly names: Name[];
  readonly writtenAtMs: number;
}

function replayRecord(record: readonly JsonValue[], replay: Replay): boolean {
  const [first, second, third] = record;
  if (typeof first === "number") return replayChange(first, { change: second, facts: third }, replay);
  if (first === "usage") {
    replay.content.add({ type: "usage", usage: usageOf(second) }, replay.writtenAtMs);
    return true;
  }
  if (first === "name") return isKind(second) && typeof third === "string" && nameOf(replay, second, third) !== null;
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
  replay.content.add(event, typeof fact === "number" ? fact : replay.writtenAtMs);
  return true;
}

function startEvent(kind: Kind, id: string, name: string): ModelEvent {
  if (kind === "call") return { type: "tool-call-start", toolCallId: asToolCallId(id), name };
  return { type: `${kind}-start`, blockId: id };
}

function replayChange(
  number: number,
  { change, facts }: { readonly change: JsonValue | undefined; readonly facts: JsonValue | undefined },
  { content, names, writtenAtMs }: Replay,
): boolean {
  const name = names[number];
  if (name === undefined) return false;
  if (typeof change === "string") {
    if (name.openCount === 0) Object.assign(name, { openCount: 1, input: "" });
    name.input += change;
    content.add(deltaEvent(name, change), writtenAtMs);
    return true;
  }
  if (change !== null || !isJsonObject(facts)) return false;
  const isOpen = name.openCount > 0;
  name.openCount = Math.max(0, name.openCount - 1);
  // An empty delta tells when reasoning ended; the end itself carries no time.
  if (name.kind === "reasoning" && isOpen) content.add(deltaEvent(name, ""), numberOf(facts["ms"], writtenAtMs));
  content.add(endEvent(name, facts), writtenAtMs);
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

function numberOf(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === "number" && value >= 0 ? value : otherwise;
}
