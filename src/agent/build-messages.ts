import type { MessageId, ToolCallId } from "../schema/ids.ts";
import type { BinaryPart, Message, ToolResultPart } from "../schema/message.ts";
import type { ModelBlock, ModelMessage, ToolResultContent, UserContent } from "../schema/model-request.ts";
import { blocksOfMessage, validInput } from "./step-parts.ts";

interface ImageSupport {
  readonly supportsImages: boolean;
}

export interface HistoryOptions extends ImageSupport {
  /** The row that the history starts at, sent as the person's; null for the full history. */
  readonly summaryMessageId: MessageId | null;
}

const noResult = "No result: the call was interrupted before it could answer.";

/**
 * The conversation as any provider accepts it, from rows in display order, whatever they hold: each call answered once
 * and directly, results without a call left out, ids unique, no empty message, a prompt that follows an unanswered
 * call moved behind its answers.
 */
export function buildMessages(rows: readonly Message[], options: HistoryOptions): ModelMessage[] {
  const builder = new HistoryBuilder(options);
  const start = options.summaryMessageId === null ? -1 : rows.findIndex((row) => row.id === options.summaryMessageId);
  for (const row of rows.slice(Math.max(start, 0))) {
    if (row.unreadable !== null) continue;
    if (row.id === options.summaryMessageId) builder.addUser(summaryContent(row));
    else if (row.role === "user") builder.addUser(userContent(row, options));
    else if (row.role === "assistant") builder.addAssistant(row);
    else builder.addResults(row);
  }
  return builder.finish();
}

interface OpenCall {
  /** As stored, where the request's id may differ. */
  readonly storedId: ToolCallId;
  readonly id: ToolCallId;
  readonly name: string;
}

class HistoryBuilder {
  readonly #messages: ModelMessage[] = [];
  readonly #usedIds = new Set<string>();
  readonly #support: ImageSupport;
  #openCalls: OpenCall[] = [];
  #results: ToolResultContent[] = [];
  /** Prompts that came between a call and its result. */
  #heldContent: UserContent[] = [];

  constructor(support: ImageSupport) {
    this.#support = support;
  }

  addUser(content: readonly UserContent[]): void {
    if (content.length === 0) return;
    if (this.#openCalls.length > this.#results.length) this.#heldContent.push(...content);
    else this.#pushUser(content);
  }

  addAssistant(row: Message): void {
    this.#closeCalls();
    const blocks = blocksOfMessage(row)
      .map((block) => this.#withFreshId(block))
      .filter((block) => block.kind !== "text" || block.text.trim() !== "");
    if (!blocks.some((block) => block.kind !== "reasoning")) {
      this.#openCalls = [];
      return;
    }
    this.#pushAssistant(blocks, row);
  }

  addResults(row: Message): void {
    for (const part of row.parts) {
      if (part.type !== "tool_result") continue;
      const call = this.#openCalls.find((open) => open.storedId === part.toolCallId);
      if (call === undefined || this.#results.some((result) => result.toolCallId === call.id)) continue;
      this.#results.push(resultContent(part, call, this.#support));
    }
    if (this.#openCalls.length > 0 && this.#results.length === this.#openCalls.length) this.#closeCalls();
  }

  finish(): ModelMessage[] {
    this.#closeCalls();
    return this.#messages;
  }

  #withFreshId(block: ModelBlock): ModelBlock {
    if (block.kind !== "tool-call") return block;
    let id: string = block.id === "" ? "call" : block.id;
    for (let copy = 2; this.#usedIds.has(id); copy += 1) id = `${block.id}_${String(copy)}`;
    this.#usedIds.add(id);
    this.#openCalls.push({ storedId: block.id, id: id as ToolCallId, name: block.name });
    return { ...block, id: id as ToolCallId, input: validInput(block.input) };
  }

  #closeCalls(): void {
    if (this.#openCalls.length > 0) {
      const missing = this.#openCalls
        .filter((call) => !this.#results.some((result) => result.toolCallId === call.id))
        .map((call) => ({ toolCallId: call.id, toolName: call.name, text: noResult, isError: true }));
      this.#messages.push({ role: "tool", results: [...this.#results, ...missing] });
    }
    this.#openCalls = [];
    this.#results = [];
    const held = this.#heldContent;
    this.#heldContent = [];
    if (held.length > 0) this.#pushUser(held);
  }

  /** Neighbouring prompts become one message: several providers demand that roles alternate. */
  #pushUser(content: readonly UserContent[]): void {
    const last = this.#messages.at(-1);
    if (last?.role === "user") {
      this.#messages[this.#messages.length - 1] = { role: "user", content: [...last.content, ...content] };
    } else {
      this.#messages.push({ role: "user", content });
    }
  }

  #pushAssistant(blocks: readonly ModelBlock[], row: Message): void {
    const last = this.#messages.at(-1);
    const origin = { providerId: row.provider, modelId: row.model };
    const isSameOrigin = last?.role === "assistant" && last.providerId === row.provider && last.modelId === row.model;
    if (last?.role === "assistant" && isSameOrigin) {
      this.#messages[this.#messages.length - 1] = { ...last, blocks: [...last.blocks, ...blocks] };
    } else if (last?.role === "assistant") {
      this.#messages.push({ role: "user", content: [{ kind: "text", text: "(continue)" }] });
      this.#messages.push({ role: "assistant", blocks, ...origin });
    } else {
      this.#messages.push({ role: "assistant", blocks, ...origin });
    }
  }
}

function summaryContent(row: Message): UserContent[] {
  const text = row.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
  return text.trim() === "" ? [] : [{ kind: "text", text }];
}

function userContent(row: Message, support: ImageSupport): UserContent[] {
  return row.parts.flatMap((part): UserContent[] => {
    switch (part.type) {
      case "text":
        return part.text.trim() === "" ? [] : [{ kind: "text", text: part.text }];
      case "binary":
        return [attachmentContent(part, support)];
      case "image_url":
        return [{ kind: "text", text: `Image: ${part.url}` }];
      case "shell_command":
        return [
          {
            kind: "text",
            text: `I ran this command myself:\n$ ${part.command}\n${part.output}\n(exit code ${String(part.exitCode)})`,
          },
        ];
      default:
        return [];
    }
  });
}

function attachmentContent(part: BinaryPart, support: ImageSupport): UserContent {
  if (part.mimeType.startsWith("text/")) {
    const text = Buffer.from(part.data, "base64").toString("utf8");
    return { kind: "text", text: `<attachment name=${JSON.stringify(part.path)}>\n${text}\n</attachment>` };
  }
  if (!support.supportsImages) {
    return { kind: "text", text: `(attachment ${part.path}, ${part.mimeType}: left out, this model takes no images)` };
  }
  return { kind: "media", mimeType: part.mimeType, data: part.data, name: part.path };
}

function resultContent(part: ToolResultPart, call: OpenCall, support: ImageSupport): ToolResultContent {
  const media = part.data !== "" && part.mimeType !== "" ? { mimeType: part.mimeType, data: part.data } : undefined;
  const text = part.content === "" && media === undefined ? "(no output)" : part.content;
  return {
    toolCallId: call.id,
    toolName: call.name,
    text: media !== undefined && !support.supportsImages ? `${text}\n(image left out: this model takes none)` : text,
    isError: part.isError,
    ...(media !== undefined && support.supportsImages ? { media } : {}),
  };
}
