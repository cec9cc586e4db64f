import type { MessageId, ToolCallId } from "../schema/ids.ts";
import type { RequestMessage } from "../schema/message.ts";
import type { ModelBlock, ModelMessage, ToolResultContent, UserContent } from "../schema/model-request.ts";
import { withinImageLimits } from "./image-limits.ts";
import { resultContent, summaryContent, userContent } from "./request-content.ts";
import type { ImageSupport } from "./request-content.ts";
import { blocksOfMessage } from "./step-parts.ts";

export interface HistoryOptions extends ImageSupport {
  /** The row that the history starts at, sent as the person's; null for the full history. */
  readonly summaryMessageId: MessageId | null;
  /** Whom the request is for: the ids of its own calls go back as it gave them. */
  readonly providerId: string;
  readonly modelId: string;
}

const noResult = "No result: the call was interrupted before it could answer.";
/** Stands where a prompt is missing: between two models' answers, and before an answer whose prompt is gone. */
const goOn: UserContent = { kind: "text", text: "(continue)" };

/**
 * The conversation as any provider accepts it, from rows in display order, whatever they hold: a person speaks first,
 * roles alternate, each call is answered once and directly, results without a call are left out, ids are unique, no
 * message is empty, and a prompt that follows an unanswered call is moved behind its answers.
 */
export function buildMessages(rows: Iterable<RequestMessage>, options: HistoryOptions): readonly ModelMessage[] {
  const history = new History(options);
  history.add(rows);
  return history.end();
}

/** The same, that rows can be added to after an end, in parts: what comes out is what all rows at once make. */
export class History {
  readonly #options: HistoryOptions;
  #builder: HistoryBuilder;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#builder = new HistoryBuilder(options);
  }

  /** False while a call waits for its result: an end would answer it. */
  get isComplete(): boolean {
    return this.#builder.isComplete;
  }

  add(rows: Iterable<RequestMessage>): void {
    for (const row of rows) {
      const isSummary = row.id === this.#options.summaryMessageId;
      // What stands before the summary is in it.
      if (isSummary) this.#builder = new HistoryBuilder(this.#options);
      if (row.unreadable !== null) continue;
      if (isSummary) this.#builder.addUser(summaryContent(row));
      else if (row.role === "user") this.#builder.addUser(userContent(row, this.#options));
      else if (row.role === "assistant") this.#builder.addAssistant(row);
      else this.#builder.addResults(row);
    }
  }

  /** Rows may be added afterwards only where it was complete before. */
  end(): readonly ModelMessage[] {
    return withinImageLimits(this.#builder.end());
  }
}

interface OpenCall {
  /** As stored, where the request's id may differ. */
  readonly storedId: ToolCallId;
  readonly id: ToolCallId;
  readonly name: string;
  result: ToolResultContent | null;
}

class HistoryBuilder {
  readonly #messages: ModelMessage[] = [];
  readonly #usedIds = new Set<string>();
  readonly #options: HistoryOptions;
  #openCalls: OpenCall[] = [];
  /** Prompts that came between a call and its result. */
  #heldContent: UserContent[] = [];

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  addUser(content: readonly UserContent[]): void {
    if (content.length === 0) return;
    if (this.#openCalls.length > 0) this.#heldContent.push(...content);
    else this.#pushUser(content);
  }

  addAssistant(row: RequestMessage): void {
    const blocks = blocksOfMessage(row).filter(isSaying);
    if (!blocks.some((block) => block.kind !== "reasoning")) return;
    this.#closeCalls();
    this.#pushAssistant(
      blocks.map((block) => this.#cleaned(block, row)),
      row,
    );
  }

  addResults(row: RequestMessage): void {
    for (const part of row.parts) {
      if (part.type !== "tool_result") continue;
      const call = this.#openCalls.find((open) => open.storedId === part.toolCallId && open.result === null);
      if (call === undefined) continue;
      call.result = resultContent(part, { toolCallId: call.id, toolName: call.name }, this.#options);
    }
    if (this.#openCalls.every((call) => call.result !== null)) this.#closeCalls();
  }

  get isComplete(): boolean {
    return this.#openCalls.length === 0;
  }

  /** A list of its own: what is added later must not grow a request that was made. */
  end(): readonly ModelMessage[] {
    this.#closeCalls();
    return [...this.#messages];
  }

  #cleaned(block: ModelBlock, { provider, model }: RequestMessage): ModelBlock {
    if (block.kind !== "tool-call") {
      return block.text.isWellFormed() ? block : { ...block, text: block.text.toWellFormed() };
    }
    const isOwn = provider === this.#options.providerId && model === this.#options.modelId;
    const wanted = isOwn ? block.id.toWellFormed() : ordinaryId(block.id);
    let id = wanted === "" ? "call" : wanted;
    const base = id;
    for (let copy = 2; this.#usedIds.has(id); copy += 1) id = `${base}_${String(copy)}`;
    this.#usedIds.add(id);
    const call = { id: id as ToolCallId, name: ordinaryName(block.name) };
    this.#openCalls.push({ ...call, storedId: block.id, result: null });
    const input = block.input.toWellFormed();
    const isSame = id === block.id && call.name === block.name && input === block.input;
    return isSame ? block : { ...block, ...call, input };
  }

  #closeCalls(): void {
    if (this.#openCalls.length > 0) {
      const results = this.#openCalls.map(
        ({ id, name, result }) => result ?? { toolCallId: id, toolName: name, text: noResult, isError: true },
      );
      this.#messages.push({ role: "tool", results });
    }
    this.#openCalls = [];
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

  #pushAssistant(blocks: readonly ModelBlock[], { provider: providerId, model: modelId }: RequestMessage): void {
    const last = this.#messages.at(-1);
    if (last?.role === "assistant" && last.providerId === providerId && last.modelId === modelId) {
      this.#messages[this.#messages.length - 1] = { ...last, blocks: [...last.blocks, ...blocks] };
      return;
    }
    if (last === undefined || last.role === "assistant") this.#pushUser([goOn]);
    this.#messages.push({ role: "assistant", blocks, providerId, modelId });
  }
}

/** Blank text says nothing and some providers refuse it; reasoning without words may still carry what must go back. */
function isSaying(block: ModelBlock): boolean {
  switch (block.kind) {
    case "text":
      return block.text.trim() !== "";
    case "reasoning":
      return block.text !== "" || block.metadata !== undefined;
    default:
      return true;
  }
}

/** Within what all providers take; some allow far less than others give. */
const idLengthMax = 40;
const nameLengthMax = 64;

function ordinaryId(id: string): string {
  return id.replaceAll(/[^\w-]/gu, "_").slice(0, idLengthMax);
}

/** A model may call a tool that can't exist; later requests must stay valid all the same. */
function ordinaryName(name: string): string {
  return name === "" ? "unknown" : name.replaceAll(/[^\w-]/gu, "_").slice(0, nameLengthMax);
}
