import type { Token, Tokens } from "marked";
import { languageOfName } from "./code-language.ts";
import type { CodeLook } from "./code-lines.ts";
import { GrowingCode } from "./growing-code.ts";
import type { MarkdownLexer } from "./load-marked.ts";
import { indentedCode, renderBlock, renderPlain } from "./markdown-blocks.ts";
import type { LongLines } from "./long-lines.ts";
import { sanitizeLines } from "./sanitize.ts";
import type { SpanLine, Style } from "./span-line.ts";

export interface DocumentLook extends CodeLook {
  readonly width: number;
  readonly style: Style;
  /** Of code; default: wrap. */
  readonly longLines?: LongLines;
}

/** Longer texts are shown as they are, unless they grew while they were looked at: lexing takes 0.1 s a megabyte. */
const lexedLengthMax = 400_000;

/** What stands before one may mean something else by it: in every link definition, and cheap to find in hostile texts. */
const definitionMark = "]:";

/** A growing last block that costs more than this is made anew only so often that it takes a tenth of the time. */
const tailCostFreeMs = 3;
const tailRestFactor = 9;

/** Rows made at one width, in one theme, with the modules there were. */
interface RenderedRows {
  readonly width: number;
  readonly theme: DocumentLook["theme"];
  readonly longLines: LongLines;
  readonly loadCount: number;
  readonly missCount: number;
  readonly rows: SpanLine[];
  /** How many of the rows more text cannot change. */
  stableRowCount: number;
}

/**
 * A markdown text as rows. While the text grows, all but its last block is lexed and rendered once. What was lexed is
 * not kept: at another width, which is rare, it is lexed again. Texts may be hostile.
 */
export class MarkdownDocument {
  /** As given; lags behind by a character that may be cut in half. */
  #source = "";
  #isFinal = false;
  /** Of the blocks that more text cannot change, and whose rows are made: their names, and how much safe text they are. */
  #stableBlocks: string[] = [];
  #stableLength = 0;
  /**
   * The safe form of what comes after them. A text of its own: what was lexed is
   * slices of it, which would else keep the whole text in memory once for each block.
   */
  #tailText = "";
  #tail: Token[] = [];
  #isTailLexed = false;
  /** Of the tail's blocks as last drawn, by their text: they are mostly whole by the time that they settle. */
  #tailRows: ReadonlyMap<string, readonly SpanLine[]> = new Map();
  #growingCode: GrowingCode | null = null;
  #rendered: RenderedRows | null = null;
  #lastCostMs = 0;
  /** On the clock of `performance.now()`. */
  #tailDueMs = 0;

  /** `isFinal`: the text will not grow any more. */
  update(text: string, { isFinal }: { readonly isFinal: boolean }): void {
    if (text === this.#source && isFinal === this.#isFinal) return;
    if (this.#isFinal || !text.startsWith(this.#source)) this.#restart();
    const usable = isFinal || !/[\r\ud800-\udbff]/.test(text.at(-1) ?? "") ? text : text.slice(0, -1);
    this.#tailText += sanitizeLines(usable.slice(this.#source.length));
    this.#source = usable;
    this.#isFinal = isFinal;
    this.#isTailLexed = false;
  }

  /** The rows lack the newest text, since making them is costly: ask again a little later. */
  get isBehind(): boolean {
    return !this.#isTailLexed && this.#rendered !== null;
  }

  /** Wrapped rows, no blank ones at the start or end. The array is changed by the next call. */
  rows(look: DocumentLook): readonly SpanLine[] {
    const lexer = this.#source.length > lexedLengthMax && this.#isFinal ? null : look.modules.markdown;
    if (lexer === null) return renderPlain(sanitizeLines(this.#source).trim(), look.width, look.style);
    const startMs = performance.now();
    if (this.#isFinal && !this.#isTailLexed) this.#keepIfAsGrown(lexer);
    const old = this.#rendered;
    const rendered = this.#renderedFor(look);
    if (rendered === old && !this.#isFinal && this.isBehind && startMs < this.#tailDueMs) return rendered.rows;
    const settled = this.#isTailLexed ? [] : this.#lexTail(lexer);
    this.#renderInto(rendered, settled, look);
    this.#noteCost(startMs);
    return rendered.rows;
  }

  /** One slow time alone, such as the first, says nothing. */
  #noteCost(startMs: number): void {
    const costMs = performance.now() - startMs;
    const usualCostMs = Math.min(costMs, this.#lastCostMs);
    this.#lastCostMs = costMs;
    this.#tailDueMs = usualCostMs > tailCostFreeMs ? startMs + usualCostMs * (1 + tailRestFactor) : 0;
  }

  #renderInto(rendered: RenderedRows, settled: readonly Token[], look: DocumentLook): void {
    const { rows } = rendered;
    rows.length = rendered.stableRowCount;
    for (const token of settled) addBlock(rows, this.#settledBlock(token, look));
    if (settled.length > 0) this.#growingCode = null;
    rendered.stableRowCount = rows.length;
    const tail = new Map<string, readonly SpanLine[]>();
    for (const token of this.#tail) {
      const block = this.#tailBlock(token, look);
      addBlock(rows, block);
      if (token.type !== "code") tail.set(token.raw, block);
    }
    this.#tailRows = tail;
  }

  #restart(): void {
    this.#source = "";
    this.#forgetRows();
  }

  /** All of the text is to be lexed and rendered anew. */
  #forgetRows(): void {
    this.#tailText = sanitizeLines(this.#source);
    this.#stableBlocks = [];
    this.#stableLength = 0;
    this.#tail = [];
    this.#isTailLexed = false;
    this.#tailRows = new Map();
    this.#growingCode = null;
    this.#rendered = null;
  }

  /** What was made as the text grew stays where the whole text, lexed at once, has the same blocks. */
  #keepIfAsGrown(lexer: MarkdownLexer): void {
    const whole = sanitizeLines(this.#source);
    // Made safe piece by piece, it is longer where a tab did not stand at the start of its piece, and else the same.
    const isSameText = whole.length === this.#stableLength + this.#tailText.length;
    if (isSameText && this.#stableLength === 0) return;
    if (isSameText && !whole.includes(definitionMark)) {
      const blocks = lexer(whole);
      if (this.#stableBlocks.every((name, index) => name === nameOf(blocks[index]))) return;
    }
    this.#forgetRows();
  }

  /** Returns the blocks that more text cannot change any more. */
  #lexTail(lexer: MarkdownLexer): readonly Token[] {
    const text = this.#tailText;
    const tail = lexer(text);
    if (text.includes(definitionMark)) this.#tailRows = new Map();
    this.#isTailLexed = true;
    const settled = this.#isFinal ? tail : tail.slice(0, openBlock(tail));
    const length = this.#isFinal ? text.length : settled.reduce((sum, token) => sum + token.raw.length, 0);
    this.#stableLength += length;
    this.#tailText = text.slice(length);
    this.#tail = tail.slice(settled.length);
    for (const token of settled) this.#stableBlocks.push(nameOf(token));
    return settled;
  }

  #renderedFor(look: DocumentLook): RenderedRows {
    const { width, theme, modules, longLines = "wrap" } = look;
    const old = this.#rendered;
    const isSame = old !== null && old.width === width && old.theme === theme && old.longLines === longLines;
    // Something that was shown plain may be shown well by now.
    if (isSame && (old.loadCount === modules.loadCount || old.missCount === modules.missCount)) return old;
    this.#forgetRows();
    const { loadCount, missCount } = modules;
    const fresh = { width, theme, longLines, loadCount, missCount, rows: [], stableRowCount: 0 };
    this.#rendered = fresh;
    return fresh;
  }

  /** Code that was highlighted whole as it grew is not highlighted a second time. */
  #settledBlock(token: Token, look: DocumentLook): readonly SpanLine[] {
    if (token.type !== "code") return this.#tailRows.get(token.raw) ?? renderBlock(token, look);
    const code = token as Tokens.Code;
    const isGrown = this.#growingCode?.language === languageOfName(code.lang ?? "");
    return (isGrown ? this.#growingCode?.finishedRows(code.text, look) : null) ?? renderBlock(token, look);
  }

  #tailBlock(token: Token, look: DocumentLook): readonly SpanLine[] {
    if (token.type !== "code") return this.#tailRows.get(token.raw) ?? renderBlock(token, look);
    const code = token as Tokens.Code;
    const language = languageOfName(code.lang ?? "");
    if (this.#growingCode?.language !== language) {
      this.#growingCode = new GrowingCode({ language, wrap: (line) => indentedCode([line], look) });
    }
    return this.#growingCode.rows(code.text, look) ?? renderBlock(token, look);
  }
}

function nameOf(token: Token | undefined): string {
  return token === undefined ? "" : `${token.type} ${token.raw.length}`;
}

function lastBlock(tokens: readonly Token[]): number {
  return tokens.findLastIndex((token) => token.type !== "space");
}

/** The first block that may go on: the last one, and the one before it as long as the last one's first line is not whole. */
function openBlock(tokens: readonly Token[]): number {
  const last = lastBlock(tokens);
  const isLastSure = tokens.slice(Math.max(0, last)).some((token) => token.raw.trimStart().includes("\n"));
  return Math.max(0, isLastSure ? last : lastBlock(tokens.slice(0, Math.max(0, last))));
}

function addBlock(rows: SpanLine[], block: readonly SpanLine[]): void {
  if (block.length === 0) return;
  if (rows.length > 0) rows.push([]);
  for (const row of block) rows.push(row);
}
