import { unreachable } from "../../lib/assert.ts";
import { diffHunks } from "../../lib/line-diff.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../lib/json.ts";
import type { DisplayBlock, DisplayCall } from "../../schema/display-block.ts";
import type { Message, Part, ToolCallPart, ToolResultPart } from "../../schema/message.ts";
import { sanitizeLine, sanitizeLines, sanitizeOutput } from "../../term/sanitize.ts";
import { type Paint, plainPaint } from "../paint.ts";

/** As many lines of a block as the full screen shows folded. */
const blockLinesMax = 10;

export interface TranscriptStyle {
  readonly paint: Paint;
  readonly displayCall: DisplayCall;
}

function objectOf(text: string): JsonObject {
  const value = parseJson(text);
  return isJsonObject(value) ? value : {};
}

function folded(lines: readonly string[], paint: Paint): string[] {
  if (lines.length <= blockLinesMax) return [...lines];
  return [...lines.slice(0, blockLinesMax), paint.dim(`… ${lines.length - blockLinesMax} more lines`)];
}

function linesOf(text: string): string[] {
  return sanitizeOutput(text).trimEnd().split("\n");
}

function diffLines(block: Extract<DisplayBlock, { kind: "diff" }>, paint: Paint): string[] {
  return diffHunks(block.before, block.after).flatMap((hunk) => [
    paint.dim(`@@ line ${hunk.afterStart} @@`),
    ...hunk.lines.map(({ kind, text }) => {
      const line = sanitizeLine(text);
      if (kind === "added") return paint.good(`+${line}`);
      return kind === "removed" ? paint.bad(`-${line}`) : ` ${line}`;
    }),
  ]);
}

const listMarks = { pending: "[ ]", in_progress: "[>]", completed: "[x]" } as const;

function blockLines(block: DisplayBlock, paint: Paint): string[] {
  switch (block.kind) {
    case "text": {
      const lines = block.text === "" ? [] : linesOf(block.text);
      return block.tone === "error" ? lines.map((line) => paint.bad(line)) : lines;
    }
    case "diff":
      return diffLines(block, paint);
    case "list":
      return block.items.map(
        ({ text, state }) => `${state === undefined ? "-" : listMarks[state]} ${sanitizeLine(text)}`,
      );
    case "table":
      return [block.columns, ...block.rows].map((row) => row.map((cell) => sanitizeLine(cell)).join("  "));
    case "code":
      return linesOf(block.text);
    case "image":
      return [`${sanitizeLine(block.name)} (${sanitizeLine(block.mimeType)}, ${block.sizeBytes} bytes)`];
    default:
      return unreachable(block);
  }
}

/** Blocks without colours, folded. */
export function displayLines(blocks: readonly DisplayBlock[]): string[] {
  return blocks.flatMap((block) => folded(blockLines(block, plainPaint), plainPaint));
}

function callLines(call: ToolCallPart, result: ToolResultPart | undefined, style: TranscriptStyle): string[] {
  const { paint } = style;
  const display = style.displayCall({
    name: call.name,
    input: objectOf(call.input),
    ...(result !== undefined && {
      result: {
        content: result.content,
        metadata: objectOf(result.metadata),
        isError: result.isError,
        mimeType: result.mimeType,
      },
    }),
  });
  const mark = result?.isError === true ? paint.bad("✗") : paint.good("●");
  const summary = display.summary === undefined ? "" : ` ${paint.dim(`(${sanitizeLine(display.summary)})`)}`;
  const waiting = result === undefined ? [paint.dim("no result")] : [];
  const body = [...display.blocks.flatMap((block) => folded(blockLines(block, paint), paint)), ...waiting];
  const head = `${mark} ${paint.strong(sanitizeLine(display.title))} ${sanitizeLine(display.subject)}${summary}`;
  return [head, ...body.map((line) => `  ${line}`.trimEnd())];
}

type Results = ReadonlyMap<string, ToolResultPart>;

function finishLines(part: Extract<Part, { type: "finish" }>, paint: Paint): string[] {
  if (!["error", "canceled", "content_filter", "max_tokens"].includes(part.reason)) return [];
  const message = part.message === undefined || part.message === "" ? part.reason : sanitizeLine(part.message);
  const details = part.details === undefined || part.details === "" ? [] : linesOf(part.details);
  return [paint.bad(message), ...folded(details, paint).map((line) => paint.dim(line))];
}

function partLines(part: Part, results: Results, style: TranscriptStyle): string[] {
  const { paint } = style;
  switch (part.type) {
    case "text":
      return sanitizeLines(part.text).trimEnd().split("\n");
    case "reasoning":
      return part.thinking === "" ? [] : folded(linesOf(part.thinking), paint).map((line) => paint.dim(line));
    case "tool_call":
      return callLines(part, results.get(part.id), style);
    case "shell_command":
      return [`$ ${sanitizeLine(part.command)}`, ...folded(linesOf(part.output), paint), `exit ${part.exitCode}`];
    case "binary":
      return [paint.dim(`[${sanitizeLine(part.path)}, ${sanitizeLine(part.mimeType)}]`)];
    case "image_url":
      return [paint.dim(`[${sanitizeLine(part.url)}]`)];
    case "finish":
      return finishLines(part, paint);
    case "unknown":
      return [paint.dim(`[a part of a kind that is not known: ${sanitizeLine(part.originalType)}]`)];
    case "tool_result":
      // Shown with its call.
      return [];
    default:
      return unreachable(part);
  }
}

function messageLines(message: Message, results: Results, style: TranscriptStyle): string[] {
  const { paint } = style;
  if (message.unreadable !== null) return [paint.bad(`unreadable message: ${sanitizeLine(message.unreadable)}`)];
  if (message.role === "tool") return [];
  const blocks = message.parts.map((part) => partLines(part, results, style)).filter((lines) => lines.length > 0);
  const lines = blocks.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
  if (message.role === "user") return lines.map((line) => paint.accent("│ ") + line);
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function resultsOf(messages: readonly Message[]): Results {
  const results = messages.flatMap((message) => message.parts).filter((part) => part.type === "tool_result");
  return new Map(results.map((part) => [part.toolCallId, part]));
}

/** A transcript as lines for reading; nothing in it can steer the terminal. */
export function renderTranscript(messages: readonly Message[], style: TranscriptStyle): string[] {
  const results = resultsOf(messages);
  const blocks = messages.map((message) => messageLines(message, results, style)).filter((lines) => lines.length > 0);
  return blocks.flatMap((block, index) => (index === 0 ? block : ["", ...block]));
}
