import type { MessageId, ToolCallId } from "../../schema/ids.ts";
import type { Message } from "../../schema/message.ts";
import type { SessionEvent } from "../../schema/session-event.ts";
import { languageOfName } from "../../term/code-language.ts";
import type { LateModules } from "../../term/late-modules.ts";
import { hasCutLine, type LongLines } from "../../term/long-lines.ts";
import { MarkdownDocument } from "../../term/markdown-document.ts";
import type { ScrollSource, VisibleRow } from "../../term/scroll-window.ts";
import type { Span, SpanLine } from "../../term/span-line.ts";
import { span } from "../../term/spans.ts";
import type { Theme } from "../../term/theme.ts";
import type { DisplayCall } from "../../schema/display-block.ts";
import { itemText } from "./item-text.ts";
import type { ItemLook } from "./item-look.ts";
import { estimateItemRows, renderItem } from "./render-item.ts";
import type { ToolState, TranscriptItem } from "./transcript-item.ts";
import { TranscriptItems } from "./transcript-items.ts";

export interface TranscriptOptions {
  readonly displayCall: DisplayCall;
  readonly theme: Theme;
  readonly modules: LateModules;
  readonly diffLayout?: "auto" | "unified" | "split";
}

/** Rows of one item, made under one set of conditions. */
interface CachedRows {
  readonly item: TranscriptItem;
  readonly conditions: string;
  readonly theme: Theme;
  readonly loadCount: number;
  readonly hasMissed: boolean;
  readonly isFoldable: boolean;
  /** Those of a growing answer are more by the next call. */
  readonly rows: readonly SpanLine[];
  readonly rowCount: number;
  /** The last one in which they were looked at. */
  frame: number;
  readonly document: MarkdownDocument;
}

interface Gutters {
  readonly focused: Span;
  /** Of what the person wrote. */
  readonly own: Span;
  readonly other: Span;
}

/** Rows that are kept beside those on the screen; of items that were not looked at for longest they go first. */
const cachedRowsMax = 1000;
/** About what a screen shows. */
const preparedItems = 3;
/** Columns left of the text: bars of prompts and of the focus. A selection of text begins after them. */
export const gutterWidth = 2;
/** Wider lines are hard to read. */
const contentWidthMax = 120;

/**
 * A session's conversation as a list for a ScrollWindow: one item a prompt, thought, answer, tool call or note. Only
 * what is looked at is rendered.
 */
export class Transcript implements ScrollSource {
  readonly #options: TranscriptOptions;
  readonly #content = new TranscriptItems();
  /** What was looked at last comes last. */
  readonly #cache = new Map<string, CachedRows>();
  #cachedRowCount = 0;
  #frame = 0;
  #expanded = new Set<string>();
  #focusedKey: string | null = null;
  #theme: Theme;
  #gutters: Gutters;
  readonly #shownLines = new WeakMap<SpanLine, SpanLine>();
  #diffLayout: "auto" | "unified" | "split";
  #longLines: LongLines = "wrap";

  constructor(options: TranscriptOptions) {
    this.#options = options;
    this.#theme = options.theme;
    this.#gutters = guttersOf(options.theme);
    this.#diffLayout = options.diffLayout ?? "auto";
  }

  readonly gapRows = 1;

  get length(): number {
    return this.#content.items.length;
  }

  get structureVersion(): number {
    return this.#content.structureVersion;
  }

  keyAt(index: number): string {
    return this.itemAt(index)?.key ?? "";
  }

  /** What is laid out from now on is looked at, and what was in the frame before stays kept, however much that is. */
  startFrame(): void {
    this.#frame += 1;
  }

  estimateRows(index: number, width: number): number {
    const item = this.itemAt(index);
    return item === null ? 0 : estimateItemRows(item, contentWidth(width));
  }

  /** As ScrollSource says; without the gutter. The array of a growing answer is changed by the next call. */
  rowsAt(index: number, width: number): readonly SpanLine[] {
    const item = this.itemAt(index);
    return item === null ? [] : this.#rendered(item, width).rows;
  }

  /** As `rowsAt`, of an item that need not be held, unfolded, made for this call alone. */
  wholeRows(item: TranscriptItem, width: number, modules: LateModules): readonly SpanLine[] {
    const look = { ...this.#lookOf(width, { isExpanded: true }), modules };
    return renderItem(item, look, new MarkdownDocument()).rows;
  }

  /** A visible row as it is shown, with the gutter of `gutterWidth` columns. */
  lineOf({ line, index, rowInItem }: VisibleRow): SpanLine {
    const item = this.itemAt(index);
    if (item === null || rowInItem < 0) return line;
    const gutter = this.#gutterOf(item);
    const known = this.#shownLines.get(line);
    if (known?.[0] === gutter) return known;
    const shown = [gutter, ...line];
    this.#shownLines.set(line, shown);
    return shown;
  }

  /** What is held of it, oldest first. */
  get items(): readonly TranscriptItem[] {
    return this.#content.items;
  }

  itemAt(index: number): TranscriptItem | null {
    return this.#content.items[index] ?? null;
  }

  /** Replaces the whole conversation, oldest first. */
  load(messages: readonly Message[]): void {
    this.#content.load(messages);
  }

  /** Begins to fetch what drawing the items around one, else the last ones, takes. */
  prepare(key: string | null): void {
    const { items } = this.#content;
    const index = key === null ? items.length - 1 : items.findIndex((item) => item.key === key);
    const near = items.slice(Math.max(0, index - preparedItems), index + preparedItems);
    for (const name of near.flatMap(codeNames)) this.#options.modules.code(languageOfName(name));
    if (near.some((item) => item.kind === "answer")) void this.#options.modules.ready();
  }

  /** Oldest first. */
  get messages(): readonly Message[] {
    return this.#content.messages;
  }

  holds(messageId: MessageId): boolean {
    return this.#content.holds(messageId);
  }

  /** Takes in what an event of this session changes. Deltas need none: see `setLive`. */
  accept(event: SessionEvent): void {
    switch (event.type) {
      case "message-created":
      case "message-updated":
        this.#content.upsert(event.message);
        break;
      case "message-deleted":
        this.#content.remove(event.messageId);
        break;
      case "turn-start":
        this.#content.setActive(true);
        break;
      case "turn-end":
        this.#content.setLive(null);
        this.#content.setActive(false);
        break;
      case "permission-asked":
        this.#content.setToolState(event.request.toolCallId, "waiting");
        break;
      case "turn-elsewhere":
        this.#content.setAskingElsewhere(event.asking);
        break;
      case "tool-run-start":
        this.#content.setToolState(event.toolCallId, "running");
        break;
      case "tool-output":
        this.#content.addToolOutput(event.toolCallId, event.text);
        break;
      default:
        break;
    }
  }

  /** Whether it holds a message that is being streamed. */
  get isLive(): boolean {
    return this.#content.isLive;
  }

  /** The message that is being streamed, as LiveTurn has it; once a frame is enough. */
  setLive(message: Message | null): void {
    this.#content.setLive(message);
  }

  /** Commands of the person's that run, as the rows that they will be; once a frame is enough. */
  setCommands(rows: readonly Message[]): void {
    this.#content.setCommands(rows);
  }

  /** Whether a turn runs in this session: for a transcript that is opened in the midst of one. */
  setActive(isActive: boolean): void {
    this.#content.setActive(isActive);
  }

  setToolState(callId: ToolCallId, state: ToolState): void {
    this.#content.setToolState(callId, state);
  }

  setAskingElsewhere(callIds: readonly ToolCallId[]): void {
    this.#content.setAskingElsewhere(callIds);
  }

  /** All that a call that runs has printed, the end of it, as LiveTurn has it. */
  setToolOutput(callId: ToolCallId, text: string): void {
    this.#content.setToolOutput(callId, text);
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#gutters = guttersOf(theme);
  }

  get diffLayout(): "auto" | "unified" | "split" {
    return this.#diffLayout;
  }

  setDiffLayout(layout: "auto" | "unified" | "split"): void {
    this.#diffLayout = layout;
  }

  /** Keys of the items that are shown whole: to be kept with the session. */
  get expandedKeys(): readonly string[] {
    return [...this.#expanded];
  }

  restoreExpanded(keys: readonly string[]): void {
    this.#expanded = new Set(keys);
  }

  get longLines(): LongLines {
    return this.#longLines;
  }

  /** Of items that are not shown whole. */
  setLongLines(longLines: LongLines): void {
    this.#longLines = longLines;
  }

  toggle(key: string): void {
    if (!this.#expanded.delete(key)) this.#expanded.add(key);
  }

  /** True where `toggle` shows more or less; known for items that were looked at. */
  isFoldable(key: string): boolean {
    return this.#cache.get(key)?.isFoldable ?? false;
  }

  get focusedKey(): string | null {
    return this.#focusedKey;
  }

  /** Marks an item; null: none. */
  focus(key: string | null): void {
    this.#focusedKey = key;
  }

  /** The nearest item after (1) or before (-1) one; the last one where `key` is null. */
  neighborKey(key: string | null, step: 1 | -1): string | null {
    const { items } = this.#content;
    const from = key === null ? items.length : items.findLastIndex((item) => item.key === key) + step;
    return items[Math.max(0, Math.min(from, items.length - 1))]?.key ?? null;
  }

  /** What an item says, for the clipboard. */
  textOf(key: string): string | null {
    const item = this.#content.items.findLast((candidate) => candidate.key === key);
    return item === undefined ? null : itemText(item);
  }

  messageIdOf(key: string): MessageId | null {
    return this.#content.items.findLast((candidate) => candidate.key === key)?.messageId ?? null;
  }

  #rendered(item: TranscriptItem, width: number): CachedRows {
    const isExpanded = this.#expanded.has(item.key);
    const conditions = `${width} ${isExpanded ? "expanded" : "folded"} ${this.#diffLayout} ${this.#longLines}`;
    const { modules } = this.#options;
    const known = this.#cache.get(item.key);
    const isUsable =
      known !== undefined &&
      known.item === item &&
      known.conditions === conditions &&
      known.theme === this.#theme &&
      !known.document.isBehind &&
      (!known.hasMissed || known.loadCount === modules.loadCount);
    if (isUsable) {
      this.#keep(item.key, known);
      return known;
    }
    const { loadCount, missCount } = modules;
    const document = known?.document ?? new MarkdownDocument();
    const rendered = renderItem(item, this.#lookOf(width, { isExpanded }), document);
    const fresh: CachedRows = {
      item,
      conditions,
      theme: this.#theme,
      loadCount,
      hasMissed: modules.missCount !== missCount,
      isFoldable: rendered.isFoldable || (this.#longLines === "cut" && (isExpanded || hasCutLine(rendered.rows))),
      rows: rendered.rows,
      rowCount: rendered.rows.length,
      frame: this.#frame,
      document,
    };
    this.#keep(item.key, fresh);
    return fresh;
  }

  #keep(key: string, rows: CachedRows): void {
    this.#drop(key);
    rows.frame = this.#frame;
    this.#cache.set(key, rows);
    this.#cachedRowCount += rows.rowCount;
    for (const [oldest, { frame }] of this.#cache) {
      if (this.#cachedRowCount <= cachedRowsMax || frame >= this.#frame - 1) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#cachedRowCount -= this.#cache.get(key)?.rowCount ?? 0;
    this.#cache.delete(key);
  }

  #lookOf(width: number, { isExpanded }: { readonly isExpanded: boolean }): ItemLook {
    const { displayCall, modules } = this.#options;
    const diffLayout = this.#diffLayout;
    const longLines = isExpanded ? "wrap" : this.#longLines;
    return { theme: this.#theme, modules, displayCall, diffLayout, longLines, width: contentWidth(width), isExpanded };
  }

  #gutterOf(item: TranscriptItem): Span {
    const gutters = this.#gutters;
    if (item.key === this.#focusedKey) return gutters.focused;
    return item.kind === "prompt" || item.kind === "shell" ? gutters.own : gutters.other;
  }
}

/** What the blocks of code in an answer say that they are. */
function codeNames(item: TranscriptItem): string[] {
  if (item.kind !== "answer") return [];
  return Array.from(item.text.matchAll(/^ *(?:```|~~~)([^\s`]+)/gmu), ([, name = ""]) => name);
}

function guttersOf({ transcript }: Theme): Gutters {
  return {
    focused: span("▌ ", transcript.focusedBar),
    own: span("┃ ", transcript.userBar),
    other: span("  "),
  };
}

function contentWidth(width: number): number {
  return Math.max(1, Math.min(contentWidthMax, width - gutterWidth));
}
