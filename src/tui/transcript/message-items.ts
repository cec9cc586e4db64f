import type { ToolCallId } from "../../schema/ids.ts";
import type { FinishPart, Message, Part, ToolCallPart, ToolResultPart } from "../../schema/message.ts";
import type { NoteItem, ToolState, TranscriptItem } from "./transcript-item.ts";

/** What the items of a message depend on besides its row. */
export interface MessageContext {
  /** The message is being streamed. */
  readonly isLive: boolean;
  /** The message is a command of the person's that runs. */
  readonly isRunning: boolean;
  /** A turn runs in the session and this message belongs to it. */
  readonly isActive: boolean;
  resultOf(callId: ToolCallId): ToolResultPart | null;
  stateOf(callId: ToolCallId): ToolState | null;
  outputOf(callId: ToolCallId): string;
  /** True for a result whose call no message shows. */
  isOrphan(result: ToolResultPart): boolean;
}

function finishOf(message: Message): FinishPart | undefined {
  return message.parts.findLast((part) => part.type === "finish");
}

function toolState(call: ToolCallPart, message: Message, context: MessageContext): ToolState {
  const result = context.resultOf(call.id);
  if (result !== null) return result.isError ? "failed" : "done";
  const state = context.stateOf(call.id);
  if (context.isActive && state !== null) return state;
  if (context.isLive && !call.finished) return "streaming";
  if (context.isActive) return isBehind(call, message, context) ? "queued" : "running";
  return finishOf(message)?.reason === "canceled" ? "canceled" : "interrupted";
}

/** Nothing was told of the call, and an earlier one of its step that something was told of has no result yet. */
function isBehind({ id }: ToolCallPart, { parts }: Message, context: MessageContext): boolean {
  const calls = parts.filter((part) => part.type === "tool_call").map((call) => call.id);
  const earlier = calls.slice(0, calls.indexOf(id));
  return earlier.some((callId) => context.stateOf(callId) !== null && context.resultOf(callId) === null);
}

function partItem(part: Part, ordinal: number, source: Source): TranscriptItem | null {
  const { message, context, lastPart } = source;
  const base = { key: `${message.id}/${part.type}/${ordinal}`, messageId: message.id };
  switch (part.type) {
    case "text":
      if (!/\S/.test(part.text)) return null;
      return {
        ...base,
        kind: "answer",
        text: part.text,
        isGrowing: context.isLive && part === lastPart,
        isSummary: message.isSummary,
      };
    case "reasoning":
      if (!/\S/.test(part.thinking)) return null;
      return { ...base, kind: "thinking", part, isGrowing: context.isLive && part === lastPart };
    case "tool_call": {
      const result = context.resultOf(part.id);
      const output = result === null ? context.outputOf(part.id) : "";
      return { ...base, kind: "tool", call: part, result, state: toolState(part, message, context), output };
    }
    case "tool_result":
      return context.isOrphan(part) ? orphanItem(part, base) : null;
    case "shell_command":
      return { ...base, kind: "shell", part, isRunning: context.isRunning };
    case "unknown":
      return {
        ...base,
        kind: "note",
        tone: "muted",
        text: `[${part.originalType}: not shown by this version]`,
        details: "",
      };
    default:
      return null;
  }
}

function orphanItem(result: ToolResultPart, base: Pick<TranscriptItem, "key" | "messageId">): TranscriptItem {
  const call: ToolCallPart = {
    type: "tool_call",
    id: result.toolCallId,
    name: result.name,
    input: "{}",
    providerExecuted: false,
    finished: true,
  };
  return { ...base, kind: "tool", call, result, state: result.isError ? "failed" : "done", output: "" };
}

interface Source {
  readonly message: Message;
  readonly context: MessageContext;
  /** The last part that shows something. */
  readonly lastPart: Part | undefined;
}

function promptItems(message: Message, context: MessageContext): TranscriptItem[] {
  const texts = message.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const attachments = message.parts.filter((part) => part.type === "binary" || part.type === "image_url");
  const text = texts.join("\n\n").trimEnd();
  const prompt: TranscriptItem = {
    kind: "prompt",
    key: `${message.id}/prompt`,
    messageId: message.id,
    text,
    attachments,
  };
  const rest = message.parts.filter((part) => part.type !== "text");
  const others = partItems(rest, { message, context, lastPart: undefined });
  return text === "" && attachments.length === 0 ? others : [prompt, ...others];
}

function partItems(parts: readonly Part[], source: Source): TranscriptItem[] {
  const ordinals = new Map<string, number>();
  return parts.flatMap((part) => {
    const ordinal = ordinals.get(part.type) ?? 0;
    ordinals.set(part.type, ordinal + 1);
    const item = partItem(part, ordinal, source);
    return item === null ? [] : [item];
  });
}

interface Ending {
  readonly tone: NoteItem["tone"];
  readonly text: string;
}

/** How an answer ended, where that is worth a line. */
const endings: ReadonlyMap<string, Ending> = new Map(
  Object.entries<Ending>({
    canceled: { tone: "muted", text: "Canceled" },
    error: { tone: "error", text: "The request failed" },
    max_tokens: { tone: "warning", text: "Cut off at the model's output limit; ask it to continue" },
    content_filter: { tone: "warning", text: "Stopped by the provider's content filter" },
  }),
);

function endingNote(message: Message, context: MessageContext): NoteItem | null {
  const base = { kind: "note" as const, key: `${message.id}/end`, messageId: message.id };
  const finish = finishOf(message);
  if (finish === undefined) {
    if (context.isLive || context.isActive) return null;
    return { ...base, tone: "warning", text: "Interrupted", details: "The program ended before the answer did." };
  }
  const ending = endings.get(finish.reason);
  if (ending === undefined) return null;
  const reported = finish.message?.trim() ?? "";
  const isNamed = finish.reason === "error" && reported !== "";
  return { ...base, tone: ending.tone, text: isNamed ? reported : ending.text, details: finish.details?.trim() ?? "" };
}

function unreadableNote(message: Message, reason: string): NoteItem {
  return {
    kind: "note",
    key: `${message.id}/unreadable`,
    messageId: message.id,
    tone: "warning",
    text: "This message cannot be read; its row is left as it is",
    details: reason,
  };
}

/** What of a message is shown, in order. A message may show nothing, as rows of tool results do. */
export function itemsOfMessage(message: Message, context: MessageContext): TranscriptItem[] {
  if (message.unreadable !== null) return [unreadableNote(message, message.unreadable)];
  if (message.role === "user") return promptItems(message, context);
  const lastPart = message.parts.findLast((part) => part.type !== "finish");
  const items = partItems(message.parts, { message, context, lastPart });
  const note = message.role === "assistant" ? endingNote(message, context) : null;
  return note === null ? items : [...items, note];
}
