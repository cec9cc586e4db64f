import type { Token, Tokens } from "marked";
import { languageOfName } from "./code-language.ts";
import type { CodeLook } from "./code-lines.ts";
import { GrowingCode } from "./growing-code.ts";
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
  /** Blocks of the stable ones that `rows` holds, and their rows. */
  stableBlockCount: number;
  stableRowCount: number;
}

/**
 * A markdown text as rows. While the text grows, all but its last block is lexed and rendered once. Texts may be
 * hostile.
 */
export class MarkdownDocument {
  /** As given. */
  #source = "";
  /** Its safe form; lags behind by a character that may be cut in half. */
  #safe = "";
  #isFinal = false;
  /** Blocks that more text cannot change, and how much of `#safe` they are. */
  #stable: Token[] = [];
  #stableLength = 0;
  #tail: Token[] = [];
  #isTailLexed = false;
  #growingCode: GrowingCode | null = null;
  #rendered: RenderedRows | null = null;
  #lastCostMs = 0;
  /** On the clock of `performance.now()`. */
  #tailDueMs = 0;

  /** `isFinal`: the text will not grow any more. */
  update(text: string, { isFinal }: { readonly isFinal: boolean }): void {
    if (text === this.#source && isFinal === this.#isFinal) return;
    const isContinued = !this.#isFinal && text.startsWith(this.#source);
    if (!isContinued || isFinal) this.#restart();
    const fresh = text.slice(this.#source.length);
    const usable = isFinal ? fresh : fresh.replace(/[\r\ud800-\udbff]$/, "");
    this.#safe += sanitizeLines(usable);
    this.#source += usable;
    this.#isFinal = isFinal;
    this.#isTailLexed = false;
  }

  /** The rows lack the newest text, since making them is costly: ask again a little later. */
  get isBehind(): boolean {
    return !this.#isTailLexed && this.#rendered !== null;
  }

  /** Wrapped rows, no blank ones at the start or end. The array is changed by the next call. */
  rows(look: DocumentLook): readonly SpanLine[] {
    const lexer = this.#safe.length > lexedLengthMax && this.#isFinal ? null : look.modules.markdown;
    if (lexer === null) return renderPlain(this.#safe.trim(), look.width, look.style);
    const startMs = performance.now();
    const old = this.#rendered;
    const rendered = this.#renderedFor(look);
    if (rendered === old && this.isBehind && !this.#isFinal && startMs < this.#tailDueMs) return rendered.rows;
    if (!this.#isTailLexed) this.#lexTail(lexer);
    this.#renderInto(rendered, look);
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

  #renderInto(rendered: RenderedRows, look: DocumentLook): void {
    const { rows } = rendered;
    rows.length = rendered.stableRowCount;
    for (; rendered.stableBlockCount < this.#stable.length; rendered.stableBlockCount++) {
      const token = this.#stable[rendered.stableBlockCount];
      if (token !== undefined) addBlock(rows, renderBlock(token, look));
    }
    rendered.stableRowCount = rows.length;
    for (const token of this.#tail) addBlock(rows, this.#tailBlock(token, look));
  }

  #restart(): void {
    this.#source = "";
    this.#safe = "";
    this.#stable = [];
    this.#stableLength = 0;
    this.#tail = [];
    this.#growingCode = null;
    this.#rendered = null;
  }

  #lexTail(lexer: (text: string) => Token[]): void {
    const tail = lexer(this.#safe.slice(this.#stableLength));
    this.#isTailLexed = true;
    if (this.#isFinal) {
      this.#tail = [];
      this.#stable.push(...tail);
      this.#stableLength = this.#safe.length;
      return;
    }
    // The last block may go on; the one before it too, as long as the last one's first line is not whole.
    const last = lastBlock(tail);
    const isLastSure = tail.slice(Math.max(0, last)).some((token) => token.raw.trimStart().includes("\n"));
    const open = isLastSure ? last : lastBlock(tail.slice(0, Math.max(0, last)));
    const settled = tail.slice(0, Math.max(0, open));
    for (const token of settled) this.#stableLength += token.raw.length;
    this.#stable.push(...settled);
    this.#tail = tail.slice(settled.length);
    if (settled.length > 0) this.#growingCode = null;
  }

  #renderedFor(look: DocumentLook): RenderedRows {
    const { width, theme, modules, longLines = "wrap" } = look;
    const old = this.#rendered;
    const isSame = old !== null && old.width === width && old.theme === theme && old.longLines === longLines;
    // Something that was shown plain may be shown well by now.
    if (isSame && (old.loadCount === modules.loadCount || old.missCount === modules.missCount)) return old;
    const { loadCount, missCount } = modules;
    const fresh = { width, theme, longLines, loadCount, missCount, rows: [], stableBlockCount: 0, stableRowCount: 0 };
    this.#rendered = fresh;
    this.#growingCode = null;
    return fresh;
  }

  #tailBlock(token: Token, look: DocumentLook): readonly SpanLine[] {
    if (token.type !== "code") return renderBlock(token, look);
    const code = token as Tokens.Code;
    const language = languageOfName(code.lang ?? "");
    if (this.#growingCode?.language !== language) {
      this.#growingCode = new GrowingCode({ language, wrap: (line) => indentedCode([line], look) });
    }
    return this.#growingCode.rows(code.text, look) ?? renderBlock(token, look);
  }
}

function lastBlock(tokens: readonly Token[]): number {
  return tokens.findLastIndex((token) => token.type !== "space");
}

function addBlock(rows: SpanLine[], block: readonly SpanLine[]): void {
  if (block.length === 0) return;
  if (rows.length > 0) rows.push([]);
  for (const row of block) rows.push(row);
}
